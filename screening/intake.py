"""Screening's steps on a photo's way in (settings.INTAKE_STEPS). Each is idempotent and leaves its result as a row."""

from uuid import UUID

from django.db.models import Max

from contributions.models import Step
from screening import actions
from screening.actions import matching
from screening.queries.duplicates import first_reach

MOST_LOOKS = 3


def match_known(photo_id: UUID) -> None:
    """Look hashes and received digests up in the known lists; the finding is the result.

    A photo that no child can look at is the officers' to decide after some tries.
    """
    tries = Step.objects.filter(photo=photo_id, name=f"{__name__}.match_known").aggregate(Max("attempts"))
    matching.match_known(photo_id=photo_id, last_try=(tries["attempts__max"] or 0) >= MOST_LOOKS)


def classify(photo_id: UUID) -> None:
    """Have the classifiers score the photo; the finding is the result."""
    actions.classify(photo_id=photo_id)


def find_duplicates(photo_id: UUID) -> None:
    """Compare the photo with the collection; the pairs found are the result."""
    actions.compare(photo_id=photo_id, within=first_reach())


def remember(photo_id: UUID) -> None:
    """Hash the photo anew where its hashes are gone or its frame has changed, judge it again, and compare it.

    By now it is agreed to: what the index did not reach on its way in is compared, too.
    """
    matching.remember(photo_id=photo_id)
    actions.compare(photo_id=photo_id)


def rule(photo_id: UUID) -> None:
    """Turn the findings into a verdict; the verdict is the result."""
    actions.judge(photo_id=photo_id)
