"""The administrator's page of how the site runs, and the metrics."""

from django.urls import path

from operations.views import metrics, system

app_name = "operations"
urlpatterns = [
    path("metrics", metrics.metrics, name="metrics"),
    path("staff/system/", system.system, name="system"),
]
