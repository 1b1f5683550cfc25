"""This room as a Django app."""

from django.apps import AppConfig
from django.core.checks import register

from screening import checks


class ScreeningConfig(AppConfig):
    """Verdicts and the gate."""

    name = "screening"

    def ready(self) -> None:
        """Have the weights looked at before the site is used."""
        register(checks.check_weights, deploy=True)
