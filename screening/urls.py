"""The safety officer's pages, and who looked at which photos, for auditors. All under /staff/."""

from django.urls import path

from screening import views

app_name = "screening"
urlpatterns = [
    path("screening/", views.queue, name="queue"),
    path("screening/<uuid:photo_id>/", views.ruling, name="ruling"),
    path("audit/views/", views.audit_views, name="audit_views"),
]
