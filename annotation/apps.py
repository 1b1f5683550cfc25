"""This room as a Django app."""

from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    """The workbench and the readings."""

    name = "annotation"
