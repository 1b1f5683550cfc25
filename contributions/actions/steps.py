"""The way of a photo behind the pages. A row is the job; a message only wakes a worker, and may be lost or doubled."""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string

from audit.actions import record
from audit.models import EventKind
from contributions.models import Photo, Step
from contributions.queries import steps as queries
from vault.crash import here

logger = logging.getLogger(__name__)

PARKED = EventKind(
    "step:parked", "Step {step} of photo {photo} gave up after {attempts} tries.", ("photo", "step", "attempts")
)
UNPARKED = EventKind("step:unparked", "Step {step} of photo {photo} is tried again.", ("photo", "step"))
OUT_OF_USE = EventKind("photo:out_of_use", "Photo {photo} was taken back from everywhere it was used.", ("photo",))

MOST_DEATHS = 3
MOST_FAILURES = 24  # with the pauses between them about 16 hours: an outage overnight is no reason to give up
# What a try leaves behind until it ends: whoever finds it knows that the worker died.
WORKER_LOST = "WorkerLost"


@transaction.atomic
def open_steps(*, photo: Photo, phase: Step.Phase) -> None:
    """Open the steps of a phase that are not open already, in the transaction of the change that needs them."""
    names = {
        Step.Phase.INTAKE: settings.INTAKE_STEPS,
        Step.Phase.CONSENTED: settings.CONSENTED_STEPS,
        Step.Phase.WITHDRAWAL: settings.WITHDRAWAL_STEPS,
    }[phase]
    steps = [Step(photo=photo, phase=phase, position=position, name=name) for position, name in enumerate(names)]
    Step.objects.bulk_create(steps, ignore_conflicts=True)
    wake(photo_id=photo.pk)


@transaction.atomic
def repeat_steps(*, photo: Photo, names: Collection[str]) -> None:
    """Open these steps of the way in again after they were done, in their usual order; those still open stay so.

    Raises ValueError for a name that is no step of the way in (settings.INTAKE_STEPS).
    """
    positions = {name: settings.INTAKE_STEPS.index(name) for name in names}
    steps = [
        Step(photo=photo, phase=Step.Phase.INTAKE, position=position, name=name) for name, position in positions.items()
    ]
    Step.objects.bulk_create(steps, ignore_conflicts=True)
    wake(photo_id=photo.pk)


def close_steps(*, photo: Photo, phases: frozenset[Step.Phase]) -> None:
    """Take back the steps of these phases that have not been done: the change that needed them is undone."""
    Step.objects.filter(photo=photo, phase__in=phases, done_at__isnull=True).delete()


def wake(*, photo_id: UUID) -> None:
    """Send a worker after this photo once the transaction is committed. The sweep makes up for a lost message."""
    # No partial: Django asks a function that failed for its name.
    transaction.on_commit(lambda: _send(photo_id), robust=True)


def _send(photo_id: UUID) -> None:
    current_app.send_task("contributions.tasks.run_steps", args=[str(photo_id)], queue="images", retry=False)


def run(*, photo_id: UUID) -> None:
    """Do what waits for this photo, in order, until something fails. Returns at once when another worker is at it."""
    while queries.next_step(photo_id) is not None:
        with alone_with(photo_id) as mine:
            if not mine:
                return
            while (step := queries.next_step(photo_id)) is not None:
                if not _attempt(step):
                    return


@transaction.atomic
def unpark(*, step: Step, by: str) -> None:
    """Try a parked step again from the beginning."""
    Step.objects.filter(pk=step.pk).update(parked_at=None, attempts=0, started_at=None, error="")
    record(UNPARKED, subject=step.photo_id, by=by, photo=step.photo_id, step=step.name)
    wake(photo_id=step.photo_id)


def _attempt(step: Step) -> bool:
    """One try, counted and committed before it begins. True when the step is done."""
    if step.error == WORKER_LOST and step.attempts >= MOST_DEATHS:
        _park(step)
        return False
    Step.objects.filter(pk=step.pk).update(attempts=F("attempts") + 1, started_at=timezone.now(), error=WORKER_LOST)
    here("step:started")
    try:
        import_string(step.name)(step.photo_id)
    except Exception as error:  # noqa: BLE001 - whatever it was, it is this step's and not the worker's
        # A message could carry what it was working on, so only the kind of the failure is kept.
        logger.warning("%s of photo %s failed: %s", step.name, step.photo_id, type(error).__name__)
        Step.objects.filter(pk=step.pk).update(error=type(error).__name__[:80])
        if step.attempts + 1 >= MOST_FAILURES:
            _park(step)
        return False
    _finish(step)
    return True


@transaction.atomic
def _finish(step: Step) -> None:
    """Mark a step done. With the last one on a withdrawn photo's way out, no room uses the photo any more."""
    done = Step.objects.filter(pk=step.pk, done_at__isnull=True).update(done_at=timezone.now(), error="")
    # A step that is gone was taken back with its withdrawal. What lapsed was never in use, so nothing ended.
    if done and step.phase == Step.Phase.WITHDRAWAL and queries.is_out_of_use(step.photo_id):
        record(OUT_OF_USE, subject=step.photo_id, by="system", photo=step.photo_id)


@transaction.atomic
def _park(step: Step) -> None:
    step.refresh_from_db()
    Step.objects.filter(pk=step.pk).update(parked_at=timezone.now())
    record(PARKED, subject=step.photo_id, by="system", photo=step.photo_id, step=step.name, attempts=step.attempts)


@contextmanager
def alone_with(photo_id: UUID) -> Iterator[bool]:
    """Hold this photo's lock, if nobody does: it dies with the worker's connection, so nobody waits for a dead one."""
    number = int.from_bytes(photo_id.bytes[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        (mine,) = cursor.fetchone()
    if not mine:
        yield False
        return
    try:
        yield True
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
