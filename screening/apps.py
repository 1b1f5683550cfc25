"""This room as a Django app."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """Verdicts and the gate."""

    name = "screening"
