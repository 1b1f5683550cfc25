"""By what a photo is recognised: made once from its sealed rendition and its received digests, and kept beside it.

With numpy: imported by workers, never by pages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from contributions.models import Photo
from contributions.queries import Look, frame_of, pixels_of, staying
from screening.actions.listing import keyed_digest
from screening.hashing import LOOK, METHOD, Hashed, bands, hashed
from screening.models import PhotoDigest, PhotoHash

Form = PhotoHash.Form


@dataclass(frozen=True, slots=True)
class _Made:
    hashed: Hashed
    frame: list[float] | None


def remember(photo: Photo) -> bool:
    """Keep hashes of every form of the photo and keyed hashes of its digests, where they are not there already.

    True when a hash was made. Nothing is kept of a photo on its way out. Raises PixelsUnavailable.
    """
    wanted = _frames(photo)
    kept = {row.form: row for row in PhotoHash.objects.filter(photo=photo, method=METHOD)}
    missing = {form: frame for form, frame in wanted.items() if form not in kept or kept[form].frame != frame}
    made = _make(photo, missing)
    _keep(photo, wanted, made)
    return bool(made)


def remember_digests(photo: Photo) -> None:
    """Keep the keyed hashes of the received digests alone, of a photo that cannot be hashed."""
    _keep(photo, dict.fromkeys(Form.values), {})


def reserve(photo_id: UUID) -> bool:
    """Have a photo alone until the transaction ends; False when it is on its way out, and nothing of it may be kept."""
    return staying().filter(pk=photo_id).select_for_update(of=("self",)).first() is not None


def _frames(photo: Photo) -> dict[str, list[float] | None]:
    """The forms to be hashed, and by which corners each is cut."""
    said = frame_of(photo)
    forms: dict[str, list[float] | None] = {Form.WHOLE.value: None}
    if frame := photo.found_frame or said:
        forms[Form.FRAMED.value] = list(frame)
    if said and photo.found_frame and said != photo.found_frame:
        forms[Form.MOVED.value] = list(said)
    return forms


def _make(photo: Photo, missing: Mapping[str, list[float] | None]) -> dict[str, _Made]:
    if not missing:
        return {}
    looks = [LOOK if frame is None else Look(LOOK.width, LOOK.height, frame=frame) for frame in missing.values()]
    seen = pixels_of(photo, looks)
    return {form: _Made(hashed(pixels), frame) for (form, frame), pixels in zip(missing.items(), seen, strict=True)}


@transaction.atomic
def _keep(photo: Photo, wanted: Mapping[str, Sequence[float] | None], made: Mapping[str, _Made]) -> None:
    """Committed before the lists are read: what a list gains from then on is matched against these rows."""
    if not reserve(photo.pk):
        return
    PhotoHash.objects.filter(photo=photo).exclude(form__in=wanted).delete()
    for form, each in made.items():
        upright = each.hashed.turns[0]
        values = {
            "method": METHOD,
            "quality": each.hashed.quality,
            "turns": list(each.hashed.turns),
            "bands": bands(upright),
            "frame": each.frame,
        }
        PhotoHash.objects.update_or_create(photo=photo, form=form, defaults=values)
    # The photo as it was read: the digests may have been forgotten since.
    digests = [bytes.fromhex(text) for text in (photo.received_sha256, photo.received_md5) if text]
    rows = [PhotoDigest(photo=photo, keyed=keyed_digest(digest)) for digest in digests]
    PhotoDigest.objects.bulk_create(rows, ignore_conflicts=True)
