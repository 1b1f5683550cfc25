"""Notice that another policy counts, and have every photo screened again under it, a few at a time."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from contributions import actions as contributions
from contributions.models import Step
from screening.models import PolicyChange
from screening.queries.policy import chain, current
from screening.queries.rescreening import to_rescreen
from vault.crash import here

CHANGED = EventKind(
    "policy:changed",
    "Screening goes by policy {policy}; verdicts under the one before count until {deadline}.",
    fields=("policy", "deadline"),
)
# What is done again, in this order; what a photo is made of stays.
AGAIN: Final = (
    "screening.intake.match_known",
    "screening.intake.classify",
    "screening.intake.find_duplicates",
    "screening.intake.rule",
)
# New photos wait in the same queue, so that many are waiting at most.
AT_ONCE: Final = 200
# One worker at a time looks whether the policy has changed.
_NOTICING: Final = 0x6D706D706F6C


def notice_policy() -> PolicyChange | None:
    """Write down that the present policy began to count, unless that stands there; the new row."""
    if _is_noticed():
        return None
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NOTICING])
        if _is_noticed():
            return None
        now = timezone.now()
        # One that counted before gets no more time: workers with unlike settings would renew it for ever.
        first = PolicyChange.objects.filter(policy=current()).order_by("pk").first()
        deadline = first.deadline if first else now + timedelta(days=settings.RESCREEN_DAYS)
        change = PolicyChange.objects.create(policy=current(), made_with=chain(), at=now, deadline=deadline)
        record(CHANGED, subject=change.policy, by="system", policy=change.policy, deadline=change.deadline)
    return change


def rescreen(*, at_once: int = AT_ONCE) -> int:
    """Open the steps anew for photos that the present policy has not seen; how many. The rows are the job.

    Never more than `at_once` wait at a time. A worker that dies leaves rows behind which the next one takes up.
    """
    notice_policy()
    waiting = Step.objects.filter(name=AGAIN[1], done_at__isnull=True, parked_at__isnull=True).values("photo")
    room = at_once - waiting.count()
    if room <= 0:
        return 0
    under_way = Step.objects.filter(name__in=AGAIN, done_at__isnull=True).values("photo")
    photos = list(to_rescreen().exclude(pk__in=under_way).order_by("pk")[:room])
    for photo in photos:
        contributions.repeat_steps(photo=photo, names=AGAIN)
        here("rescreening:opened")
    return len(photos)


def _is_noticed() -> bool:
    return PolicyChange.objects.order_by("-pk").values_list("policy", flat=True).first() == current()
