"""The room as Django knows it."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class IdentityConfig(AppConfig):
    """Named for its room."""

    name = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the mail provider, where one is configured: its library is an extra that others need not have."""
        if settings.MAIL_PROVIDER:
            import_module("identity.providers").connect()
