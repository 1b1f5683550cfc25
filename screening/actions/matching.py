"""Looking a photo up in the known lists; what was found is its finding "match_known".

With faiss: imported by workers, never by pages. Nobody but the officer learns of a match.
"""

from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils import timezone

from contributions.models import Photo
from contributions.queries import PixelsUnavailable
from screening.actions import hashing_photos
from screening.actions.judging import judge
from screening.codes import MATCH_KNOWN, CodeKind, code
from screening.hash_kinds import LEAST_QUALITY, PDQ_BYTES, TURNS
from screening.matching import bank
from screening.matching.matcher import Match
from screening.models import Finding, PhotoDigest, PhotoHash
from screening.queries.lists import known_in, list_versions, material_of, unreliable_lists
from screening.versions import INDEX, METHOD

_DIGESTS = 2
_TRIES = 5


class ListsMoving(Exception):
    """The lists were imported anew each time that the photo was compared; tried again later."""


def match_known(*, photo_id: UUID, last_try: bool = False) -> None:
    """Hash the photo and look hashes and received digests up in the known lists; a second time finds the same.

    Raises PixelsUnavailable when the photo could not be looked at, and in the `last_try` notes that instead: then
    officers decide.
    """
    photo = Photo.objects.select_related("key", "rendition__key", "received").get(pk=photo_id)
    if photo.state != "ready":
        return
    try:
        hashing_photos.remember(photo)
    except PixelsUnavailable:
        if not last_try:
            raise
        hashing_photos.remember_digests(photo)
    match_again(photo_id=photo_id)


def match_again(*, photo_id: UUID) -> None:
    """Look up anew what is kept of a photo, without its picture. Raises ListsMoving."""
    for _ in range(_TRIES):
        lists = bank.current()
        if _noted(photo_id, _found(photo_id, lists), lists.versions):
            return
    raise ListsMoving


def remember(*, photo_id: UUID) -> None:
    """Hash the photo where its hashes are gone or its frame has changed, look it up and judge it again.

    In any case: while it was on its way out nothing was noted of what the lists gained.
    """
    photo = Photo.objects.select_related("key", "rendition__key", "received").get(pk=photo_id)
    if photo.state != "ready":
        return
    hashing_photos.remember(photo)
    match_again(photo_id=photo_id)
    judge(photo_id=photo_id)


def _found(photo_id: UUID, lists: bank.Bank) -> dict[str, Any]:
    """The finding's columns."""
    photo = Photo.objects.select_related("received").get(pk=photo_id)
    forms = list(PhotoHash.objects.filter(photo=photo, method=METHOD).order_by("-form"))
    digests = [bytes(keyed) for keyed in PhotoDigest.objects.filter(photo=photo).values_list("keyed", flat=True)]
    matches = _by_hash(forms, lists) + _by_digest(digests)
    named = sorted({match["list"] for match in matches})
    of_what = material_of(named)
    codes = [code(CodeKind.KNOWN, name) for name in named] + unreliable_lists()
    # With the received bytes their digests go, too, once they were looked up.
    if len(digests) < _DIGESTS and photo.received.dropped_at is None:
        codes.append(CodeKind.DIGEST_MISSING.value)
    if PhotoHash.Form.WHOLE not in {row.form for row in forms}:
        codes.append(CodeKind.NOT_HASHED.value)
    if any(row.quality < LEAST_QUALITY for row in forms):
        codes.append(CodeKind.HASH_QUALITY_LOW.value)
    return {
        "codes": codes,
        "facts": {
            "matches": [{**match, "material": of_what[match["list"]]} for match in matches],
            "quality": {row.form: row.quality for row in forms},
        },
        "lists": lists.versions,
        "made_with": {"method": METHOD, "index": INDEX},
        "at": timezone.now(),
    }


def _by_hash(forms: list[PhotoHash], lists: bank.Bank) -> list[dict[str, Any]]:
    """The nearest match of each form with each list; all turns of all forms are looked up at once."""
    if not forms:
        return []
    turns = b"".join(bytes(turn) for row in forms for turn in row.turns)
    nearest: dict[tuple[str, int], Match] = {}
    for match in lists.search(np.frombuffer(turns, np.uint8).reshape(-1, PDQ_BYTES)):
        place = (match.list_name, match.query // TURNS)
        if place not in nearest or match.distance < nearest[place].distance:
            nearest[place] = match
    return [
        {
            "list": name,
            "kind": "pdq",
            "distance": match.distance,
            "form": forms[number].form,
            "turn": match.query % TURNS,
        }
        for (name, number), match in sorted(nearest.items())
    ]


def _by_digest(digests: list[bytes]) -> list[dict[str, Any]]:
    return [{"list": name, "kind": "digest", "distance": 0} for name in known_in(digests)]


@transaction.atomic
def _noted(photo_id: UUID, finding: dict[str, Any], versions: dict[str, int]) -> bool:
    """Write the finding, unless a list has changed since it was read: what that list gained may have missed this."""
    if not hashing_photos.reserve(photo_id):
        return True
    if list_versions() != versions:
        return False
    Finding.objects.update_or_create(photo_id=photo_id, step=MATCH_KNOWN, defaults=finding)
    return True
