"""Registers the room with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Staff: people, roles, invitations, sign-in."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
