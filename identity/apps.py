"""The room as Django knows it."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Named for its room."""

    name = "identity"
    default_auto_field = "django.db.models.BigAutoField"
