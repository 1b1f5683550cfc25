"""This room as a Django app."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Versions of the dataset."""

    name = "releases"
