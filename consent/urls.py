"""The notices, for everybody to read and for staff to compare."""

from django.urls import path

from consent import views

app_name = "consent"
urlpatterns = [
    path("notice/", views.notice_latest, name="notice_latest"),
    path("notice/<str:version>/<str:language>/", views.notice_show, name="notice_show"),
    path("notice/<str:version>/<str:language>/changes/", views.notice_changes, name="notice_changes"),
    path("staff/notices/", views.staff_notices, name="staff_notices"),
    path("staff/audit/notices/", views.audit_notices, name="audit_notices"),
]
