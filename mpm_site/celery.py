"""The task queue's client and workers. A message only wakes somebody up: the row is the job."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, task_postrun, task_prerun, worker_init
from django.conf import settings
from django.utils.module_loading import import_string

from mpm_site import services
from mpm_site.guard import check_kind_or_exit, check_log_or_exit, check_rooms_or_exit, load_settings_or_exit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mpm_site.settings")
load_settings_or_exit()
app = Celery("mpm_site", task_cls="mpm_site.acknowledging:WorkersTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_site_does(**_signal: object) -> None:
    """Take the place of the task queue's own logging, which writes out what a failed task's exception says."""
    dictConfig(settings.LOGGING)


@worker_init.connect
def refuse_what_is_not_its_own(sender: Any, **_signal: object) -> None:
    """Stop a worker that holds credentials or keys of another kind than its queue's."""
    check_kind_or_exit(tuple(sender.app.amqp.queues.consume_from))


@beat_init.connect
def refuse_what_is_not_the_clocks(**_signal: object) -> None:
    """Stop a clock that holds anything: it sends wake-ups and reads nothing."""
    check_kind_or_exit(("beat",))


@worker_init.connect
def refuse_a_restored_database(**_signal: object) -> None:
    """Stop a worker before it takes a task, when the log was not refilled after a restore."""
    check_log_or_exit()


@worker_init.connect
def refuse_what_rooms_refuse(**_signal: object) -> None:
    """Stop a worker before it takes a task, when a room says in one sentence that it must not work like this."""
    check_rooms_or_exit(settings.WORKER_REFUSALS)


@worker_init.connect
def refuse_a_service_without_its_key(sender: Any, **_signal: object) -> None:
    """Stop the images worker, which asks the services under a contract, when it was not given their keys."""
    if "images" in sender.app.amqp.queues.consume_from and (missing := services.missing_keys()):
        raise SystemExit(missing)


@task_prerun.connect
def say_what_begins(task: Any, **_signal: object) -> None:
    """Leave a sign that this worker serves its queue and begins a task."""
    _beat(task, is_working=True)


@task_postrun.connect
def say_what_ended(task: Any, **_signal: object) -> None:
    """Leave a sign that this worker serves its queue and has ended a task."""
    _beat(task, is_working=False)


def _beat(task: Any, *, is_working: bool) -> None:
    request = task.request
    queue = (request.delivery_info or {}).get("routing_key")
    # The message names its queue: whoever reaches the broker could have this worker sign for one that nobody serves.
    if queue in task.app.amqp.queues.consume_from and request.hostname and not request.is_eager:
        import_string(settings.HEARTBEAT)(queue=queue, worker=request.hostname, is_working=is_working)
