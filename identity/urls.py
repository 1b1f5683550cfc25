"""Doors that a mail carries, and asking for a new one."""

from importlib import import_module

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from identity import views

app_name = "identity"
urlpatterns: list[URLPattern | URLResolver] = [
    path("l/<str:token>/", views.link_open, name="link_open"),
    path("link/stale/", views.link_stale, name="link_stale"),
    path("reminders/", views.reminders_stop, name="reminders_stop"),
    path("reminders/<str:token>/", views.reminders_link, name="reminders_link"),
    path("updates/stop/", views.updates_stop, name="updates_stop"),
    path("updates/stop/<str:token>/", views.updates_link, name="updates_link"),
    path("change-or-withdraw/", views.link_request, name="link_request"),
]
if settings.MAIL_PROVIDER:
    urlpatterns += [path("mail/", include(import_module("identity.providers").webhook()))]
