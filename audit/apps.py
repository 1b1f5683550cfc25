"""The app of the log."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Nothing to set up: the log lives in the database."""

    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"
