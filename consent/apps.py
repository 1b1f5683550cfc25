"""The room as Django knows it."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Named for its room."""

    name = "consent"
    default_auto_field = "django.db.models.BigAutoField"
