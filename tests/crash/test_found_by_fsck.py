"""`manage.py fsck --deep` over a collection with faults in it: it names each of them and nothing else."""

import io
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction

from contributions.models import Photo
from tests.contributions.giver import Giver
from tests.crash.looking import begin_anew
from tests.soak import write_down
from vault import actions as vault
from vault import incoming, objects
from vault.models import SealedObject

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"], transaction=True),
    pytest.mark.requirement("E4"),
]
PICTURES = ("full", "rendition", "thumbnail", "preview")
AT_ONCE = 100


@dataclass(frozen=True)
class Seeds:
    """How many photos are good, and how many faults there are of each kind."""

    photos: int
    orphans: int
    dangling: int
    altered: int
    unfinished: int

    @property
    def faults(self) -> int:
        """All of them."""
        return self.orphans + self.dangling + self.altered + self.unfinished


FEW = Seeds(photos=12, orphans=3, dangling=4, altered=3, unfinished=2)
# Four objects each: ten thousand good ones.
ALL = Seeds(photos=2500, orphans=50, dangling=50, altered=10, unfinished=5)


def photos(count: int) -> Iterator[Photo]:
    """So many photos of one sending, each with objects of its own under a key of its own."""
    first = Giver().drafts().photos[0]
    first.refresh_from_db()
    for start in range(0, count, AT_ONCE):
        with transaction.atomic():
            made = [_like(first, number) for number in range(start, min(start + AT_ONCE, count))]
        yield from made


def _like(first: Photo, number: int) -> Photo:
    photo = Photo.objects.get(pk=first.pk)
    photo.pk, photo.client_key, photo.number = uuid4(), uuid4(), number + 2
    photo.key, photo.preview_key = vault.new_key(), vault.new_key()
    for name in PICTURES:
        key = photo.preview_key if name == "preview" else photo.key
        setattr(photo, name, vault.seal(key=key, data=os.urandom(2000)))
    photo.save(force_insert=True)
    return photo


def seeded(seeds: Seeds, made: list[Photo]) -> set[str]:
    """Put the faults among the photos; each as fsck is to say it."""
    damaged = iter(made)
    said = {f"orphan {_orphan()}" for _ in range(seeds.orphans)}
    # Rows that point at nothing, of both kinds: bytes that are gone, and a photo whose object was deleted.
    for _ in range(seeds.dangling // 2):
        lost = next(damaged).full
        assert lost is not None
        _path(lost).unlink()
        said.add(f"missing {lost.pk}")
    for _ in range(seeds.dangling - seeds.dangling // 2):
        photo = next(damaged)
        assert photo.rendition is not None
        vault.delete(photo.rendition)
        said.add(f"ready_photo_without_object {photo.pk}")
    for number in range(seeds.altered):
        other = next(damaged).thumbnail
        assert other is not None
        data = bytearray(_path(other).read_bytes())
        data[(number * 197) % len(data)] ^= 1 << number % 8
        _path(other).write_bytes(data)
        said.add(f"altered {other.pk}")
    for number in range(seeds.unfinished):
        (incoming.folder() / f"{number}.part").write_bytes(b"half of a photo")
        said.add(f"leftover {number}.part")
    return said


def _orphan() -> str:
    name = objects.name_of(uuid4())
    path = Path(objects.storage().path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"nobody's")
    return name


def _path(obj: SealedObject) -> Path:
    return Path(objects.storage().path(objects.name_of(obj.pk)))


def fsck() -> list[str]:
    """What it says, line by line; the last one counts."""
    said = io.StringIO()
    with suppress(SystemExit):
        call_command("fsck", grace=0, deep=True, stdout=said)
    return said.getvalue().splitlines()


@pytest.mark.parametrize("seeds", [FEW, pytest.param(ALL, marks=pytest.mark.soak)], ids=["few", "all"])
def test_every_fault_among_good_photos_is_named_and_nothing_else(seeds: Seeds) -> None:
    begin_anew()
    made = list(photos(seeds.photos + seeds.dangling + seeds.altered))
    assert fsck() == ["0 faults."]
    expected = seeded(seeds, made)
    *lines, last = fsck()
    assert len(expected) == seeds.faults
    assert (set(lines), len(lines), last) == (expected, seeds.faults, f"{seeds.faults} faults.")
    if seeds == ALL:
        good = len(PICTURES) * seeds.photos
        write_down("fsck over seeded faults", f"{len(lines)} of {seeds.faults} among {good} good objects, 0 false")
    begin_anew()
