"""The app of the log."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The log in the database, its copies and its keeper."""

    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"
