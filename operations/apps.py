"""Registers the room with Django."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """How the site runs: heartbeats of workers, figures, alarms, and the pages and metrics that show them."""

    name = "operations"
    default_auto_field = "django.db.models.BigAutoField"
