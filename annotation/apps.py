"""This room as a Django app."""

from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    """The workbench, the readings, and what models suggest for them."""

    name = "annotation"
