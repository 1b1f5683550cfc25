"""The auditor's desk, under /staff/audit/."""

from django.urls import path

from audit import views

app_name = "audit"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("story/<uuid:mentioned>/", views.story, name="story"),
    path("export/", views.export, name="export"),
]
