"""Which photos a second person reads, too: a share that is sticky for each photo and that nobody can foresee."""

from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

_OF = 2**64


def is_sampled(task_id: UUID) -> bool:
    """Whether this task's photo is read by two, as settings.SECOND_OPINION_SHARE (0 to 1) asks."""
    digest = salted_hmac("annotation.sampling", str(task_id), algorithm="sha256").digest()
    return bool(int.from_bytes(digest[:8]) / _OF < settings.SECOND_OPINION_SHARE)
