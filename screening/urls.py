"""The safety officer's pages."""

from django.urls import path

from screening import views

app_name = "screening"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("<uuid:photo_id>/", views.ruling, name="ruling"),
]
