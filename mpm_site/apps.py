"""The site as a Django app: templates' language, commands, and the task queue's client."""

from django.apps import AppConfig
from django.core.checks import register

from mpm_site import checks
from mpm_site.celery import app as celery_app

__all__ = ["SiteConfig", "celery_app"]


class SiteConfig(AppConfig):
    """Loads the task queue's client with the site, so that every process's tasks go to its broker."""

    name = "mpm_site"

    def ready(self) -> None:
        """Have `manage.py check --deploy` look at the site's own connections."""
        register(checks.check_encryption, deploy=True)
