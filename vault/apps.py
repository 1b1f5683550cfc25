"""The floor room of keys and sealed objects."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """The vault."""

    name = "vault"
    default_auto_field = "django.db.models.BigAutoField"
