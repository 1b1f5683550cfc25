"""Every invariant of this room, looked for in both directions. Work under way is no fault: `grace` is left to it."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db.models import Exists, ManyToOneRel, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from contributions.models import Contribution, Person, Photo, Step
from contributions.queries.faults_of_consent import faults_of_consent
from contributions.queries.leaving import drafts_past_their_time, to_erase, unanswered_past_their_time
from contributions.queries.steps import overdue, parked
from contributions.queries.use import open_withdrawals
from contributions.transitions import HELD, PhotoState, SendingState
from vault.models import DataKey, SealedObject
from vault.queries import Fault

OPEN = Q(done_at__isnull=True)


def faults(*, grace: timedelta, deep: bool = False) -> Iterator[Fault]:
    """Every disagreement among this room's rows, and between them and the vault's. `deep` also replays the log."""
    yield from _photos()
    yield from _late(grace)
    yield from _steps(grace)
    yield from _strays(grace)
    yield from faults_of_consent(grace=grace, deep=deep)


def _photos() -> Iterator[Fault]:
    ready = Photo.objects.filter(state=PhotoState.READY)
    for name in ("full", "rendition", "thumbnail"):
        yield from _named("ready_photo_without_object", ready.filter(**{f"{name}__dropped_at__isnull": False}))
    yield from _named("ready_photo_without_key", ready.filter(key__destroyed_at__isnull=False))
    unread = Photo.objects.filter(state=PhotoState.RECEIVED)
    yield from _named("received_photo_without_bytes", unread.filter(received__dropped_at__isnull=False))
    erased = Photo.objects.filter(state=PhotoState.ERASED)
    alive = Q(key__destroyed_at__isnull=True) | Q(preview_key__isnull=False, preview_key__destroyed_at__isnull=True)
    yield from _named("erased_photo_with_living_key", erased.filter(alive))
    told = Exists(Person.objects.filter(photo=OuterRef("pk")).exclude(age_text="", basis=""))
    digests = ~Q(received_sha256="", received_md5="", content_sha256="")
    seen = Q(taken_decade__isnull=False) | Q(found_frame__isnull=False) | Q(frame__isnull=False)
    yield from _named("erased_photo_with_marks_or_digests", erased.filter(told | digests | seen))
    shown = Photo.objects.exclude(contribution__state=SendingState.DRAFT).filter(
        state__in=HELD, preview_key__destroyed_at__isnull=True
    )
    yield from _named("sent_photo_with_preview", shown.exclude(preview_key=None))


def _late(grace: timedelta) -> Iterator[Fault]:
    yield from (Fault("draft_past_its_time", str(pk)) for pk in drafts_past_their_time(overdue=grace))
    yield from (Fault("sending_past_its_time", str(pk)) for pk in unanswered_past_their_time(overdue=grace))
    yield from (Fault("photo_not_erased", str(pk)) for pk in to_erase(overdue=grace))
    left = Exists(Photo.objects.filter(contribution=OuterRef("pk")).exclude(state=PhotoState.ERASED))
    over = Contribution.objects.exclude(state__in=[SendingState.DRAFT, SendingState.SENT]).filter(~left)
    yield from _named("sending_not_closed", over.filter(closed_at__isnull=True))
    yield from _named("closed_sending_with_photos", Contribution.objects.filter(left, closed_at__isnull=False))


def _steps(grace: timedelta) -> Iterator[Fault]:
    # Steps behind a parked one wait for it, so that the parked one alone is the fault.
    stuck = Exists(parked().filter(photo=OuterRef("photo")))
    halted = Q(Exists(open_withdrawals("photo"))) & ~Q(phase=Step.Phase.WITHDRAWAL)
    for step in overdue(older_than=grace).exclude(stuck).exclude(halted):
        yield Fault("step_waits_too_long", f"{step.photo_id} {step.name}")
    for step in parked():
        yield Fault("step_parked", f"{step.photo_id} {step.name}")
    any_open = Step.objects.filter(OPEN, photo=OuterRef("pk"), phase=Step.Phase.INTAKE)
    any_withdrawal = Step.objects.filter(photo=OuterRef("pk"), phase=Step.Phase.WITHDRAWAL)
    received = Photo.objects.filter(~Exists(any_open), state=PhotoState.RECEIVED)
    yield from _named("received_photo_without_step", received)
    leaving = Photo.objects.filter(Exists(open_withdrawals()), ~Exists(any_withdrawal))
    yield from _named("withdrawn_photo_without_step", leaving)


def _strays(grace: timedelta) -> Iterator[Fault]:
    """Objects and keys that no row of any room names: the vault cannot know, whoever sealed them died."""
    before = timezone.now() - grace
    objects = SealedObject.objects.filter(dropped_at__isnull=True, created_at__lte=before)
    yield from _named("object_of_nobody", _unnamed(objects, SealedObject))
    keys = DataKey.objects.filter(destroyed_at__isnull=True, created_at__lte=before)
    yield from _named("key_of_nobody", _unnamed(keys, DataKey))


def _unnamed(rows: QuerySet[Model], model: type[Model]) -> QuerySet[Model]:
    for relation in model._meta.get_fields(include_hidden=True):
        # What is sealed under a key does not name it: a key of objects that nobody names is of nobody, too.
        if isinstance(relation, ManyToOneRel) and relation.related_model is not SealedObject:
            pointing = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
            rows = rows.filter(~Exists(pointing))
    return rows


def _named(code: str, rows: Iterable[Model]) -> Iterator[Fault]:
    yield from (Fault(code, str(row.pk)) for row in rows)
