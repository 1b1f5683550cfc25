"""Screening's steps on a photo's way in (settings.INTAKE_STEPS). Each is idempotent and leaves its result as a row."""

from uuid import UUID

from screening import actions


def match_known(photo_id: UUID) -> None:
    """Look the received digests up in the known lists; the finding is the result."""
    actions.match_known(photo_id=photo_id)


def classify(photo_id: UUID) -> None:
    """Have the classifiers score the photo; the finding is the result."""


def find_duplicates(photo_id: UUID) -> None:
    """Compare the photo with the collection; the pairs found are the result."""


def remember(photo_id: UUID) -> None:
    """Hash the photo anew where its hashes are gone or its frame has changed, and judge it again."""


def rule(photo_id: UUID) -> None:
    """Turn the findings into a verdict; the verdict is the result."""
    actions.judge(photo_id=photo_id)
