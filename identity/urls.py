"""Doors that a mail carries, and asking for a new one."""

from django.urls import path

from identity import views

app_name = "identity"
urlpatterns = [
    path("l/<str:token>/", views.link_open, name="link_open"),
    path("link/stale/", views.link_stale, name="link_stale"),
    path("change-or-withdraw/", views.link_request, name="link_request"),
]
