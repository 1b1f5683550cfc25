"""What a preservation note says of a locked photo: which sealed objects exist, since when, who was told of it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contributions.models import Photo
from screening.models import Escalation, LegalHold, PhotoDigest, Verdict
from screening.transitions import HoldState, VerdictState
from vault.models import SealedObject

_PARTS: tuple[tuple[str, str | Promise], ...] = (
    ("received", _("as received")),
    ("full", _("rebuilt, full size")),
    ("rendition", _("rebuilt, at most 2048 pixels")),
    ("thumbnail", _("rebuilt, at most 400 pixels")),
)


@dataclass(frozen=True, slots=True)
class Preserved:
    """Facts for one printed page: no picture, no digest itself, nobody's address."""

    photo: Photo
    locked_at: datetime | None
    objects: tuple[tuple[str, SealedObject], ...]
    digests: int
    holds: tuple[LegalHold, ...]
    escalations: tuple[Escalation, ...]


def preserved(photo: Photo) -> Preserved:
    """What is kept of this photo, and what was done about it."""
    parts = [(str(label), getattr(photo, name)) for name, label in _PARTS]
    locks = Verdict.objects.filter(photo=photo, state=VerdictState.LOCKED).order_by("id")
    return Preserved(
        photo=photo,
        locked_at=locks.values_list("at", flat=True).first(),
        objects=tuple((label, part) for label, part in parts if part is not None and part.dropped_at is None),
        digests=max(
            sum(bool(digest) for digest in (photo.received_sha256, photo.received_md5)),
            PhotoDigest.objects.filter(photo=photo).count(),
        ),
        holds=tuple(LegalHold.objects.filter(photo=photo).exclude(state=HoldState.DROPPED).order_by("proposed_at")),
        escalations=tuple(Escalation.objects.filter(photo=photo)),
    )
