"""The task queue's client and workers. A message only wakes somebody up: the row is the job."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mpm_site.settings")
app = Celery("mpm_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
