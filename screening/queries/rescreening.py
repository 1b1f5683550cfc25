"""Which photos are still to be screened under the present policy, and how far that is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from contributions.models import Photo
from screening.codes import CLASSIFY, CodeKind, code
from screening.models import Finding, PolicyChange
from screening.queries.gate import going_on
from screening.queries.policy import current

# A photo that a classifier failed on is tried again after this time.
TRY_AGAIN: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many photos are screened under the present policy, of how many; since when, and until when others count.

    `since` and `deadline` are None before any worker has noticed the policy. `deadline` is None, too, for the first.
    """

    done: int
    total: int
    since: datetime | None
    deadline: datetime | None

    @property
    def left(self) -> int:
        """How many are still to be screened."""
        return self.total - self.done


def to_rescreen() -> QuerySet[Photo]:
    """Clear and held photos that the present policy's classifiers have not seen, or have failed on a while ago."""
    # Nobody opens what is locked or excluded for a machine that could add nothing.
    return going_on().filter(~Exists(_screened()))


def rescreening() -> Progress:
    """How far it is."""
    total, left = going_on().count(), to_rescreen().count()
    change = PolicyChange.objects.order_by("-pk").first()
    first = change is not None and not PolicyChange.objects.exclude(pk=change.pk).exists()
    return Progress(
        done=max(0, total - left),
        total=total,
        since=change.at if change else None,
        deadline=change.deadline if change and not first else None,
    )


def _screened() -> QuerySet[Finding]:
    # That step's finding says under which policy a photo was screened last.
    failed = Q(
        codes__overlap=[code(CodeKind.CLASSIFIER_FAILED, name) for name in settings.CLASSIFIERS],
        at__lt=timezone.now() - TRY_AGAIN,
    )
    found = Finding.objects.filter(photo=OuterRef("pk"), step=CLASSIFY, made_with__policy=current())
    return found.exclude(failed) if settings.CLASSIFIERS else found
