"""Made-up hashes of made-up photos: random bits, and bits so far from them."""

from collections.abc import Iterable, Sequence
from random import Random
from uuid import UUID, uuid4

from contributions.models import Photo
from screening.bands import bands
from screening.models import PhotoHash
from screening.versions import METHOD
from tests.builders import given


def seeded(seed: int) -> Random:
    """The same made-up bits each time."""
    return Random(seed)  # noqa: S311


def random_turns(chance: Random) -> list[bytes]:
    """Eight hashes that have nothing to do with each other."""
    return [chance.randbytes(32) for _turn in range(8)]


def apart(value: bytes, bits: int, chance: Random) -> bytes:
    """A hash that differs in exactly so many bits, anywhere."""
    flipped = sum(1 << place for place in chance.sample(range(256), bits))
    return (int.from_bytes(value) ^ flipped).to_bytes(32)


def distance(one: bytes, other: bytes) -> int:
    """In how many bits they differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def hash_photo(
    photo: UUID, turns: Sequence[bytes], *, form: str = "whole", quality: int = 90, method: str = METHOD
) -> None:
    """Give a photo these hashes instead of those it has in this form."""
    PhotoHash.objects.filter(photo=photo, form=form).delete()
    _row(photo, turns, form=form, quality=quality, method=method).save()


def hashed_photos(uprights: Iterable[bytes], chance: Random) -> list[UUID]:
    """Ready photos, each with one of these for its upright hash."""
    (like,) = given().photos
    rows = []
    for number, upright in enumerate(uprights, start=2):
        photo = Photo.objects.get(pk=like.pk)
        photo.pk, photo.client_key, photo.number = uuid4(), uuid4(), number
        rows.append((photo, upright))
    Photo.objects.bulk_create([photo for photo, _upright in rows])
    PhotoHash.objects.filter(photo=like).delete()
    PhotoHash.objects.bulk_create([_row(photo.pk, [one, *random_turns(chance)[1:]]) for photo, one in rows])
    return [photo.pk for photo, _upright in rows]


def _row(
    photo: UUID, turns: Sequence[bytes], *, form: str = "whole", quality: int = 90, method: str = METHOD
) -> PhotoHash:
    return PhotoHash(
        photo_id=photo, form=form, method=method, quality=quality, turns=list(turns), bands=bands(turns[0])
    )
