"""This room as a Django app."""

from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    """From a chosen file to a sealed photo with marked people, and back out."""

    name = "contributions"
