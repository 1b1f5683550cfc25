"""The floor room of keys and sealed objects."""

from django.apps import AppConfig
from django.core.checks import register

from vault import checks


class VaultConfig(AppConfig):
    """The vault."""

    name = "vault"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the store of sealed objects looked at before the site is used."""
        register(checks.check_store, deploy=True)
        register(checks.check_endpoint, deploy=True)
