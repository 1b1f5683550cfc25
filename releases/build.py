"""Building one frozen release into one archive, at constant memory, sealed as it is written.

The same items, readings, near-duplicates and log entry give the same bytes: names are the public ids, times are the
moment of freezing.
"""

import hashlib
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from contributions import queries as contributions
from contributions.models import Grounds
from releases import documents
from releases.coco import image_of, people_of
from releases.cutting import cut
from releases.models import Item, Release
from releases.queries import standing_items
from screening import queries as screening
from vault import actions as vault
from vault import queries as keys


@dataclass
class Built:
    """What a build learned on its way: each file's digest, the annotations, and in the end the manifest.

    `groups` names for each public id the group of images that show one picture, by the smallest of their public ids.
    """

    files: dict[str, str] = field(default_factory=dict)
    items: dict[UUID, str] = field(default_factory=dict)
    groups: dict[UUID, UUID] = field(default_factory=dict)
    images: list[dict[str, Any]] = field(default_factory=list)
    annotations: list[dict[str, Any]] = field(default_factory=list)
    manifest: str = ""

    @property
    def manifest_sha256(self) -> str:
        """SHA-256 of the manifest, in hex."""
        return hashlib.sha256(self.manifest.encode()).hexdigest()


def archive(release: Release, built: Built) -> Iterator[bytes]:
    """The bytes of a tar archive (POSIX ustar): images, COCO annotations, vocabulary, manifest, signature, checksums.

    Fills `built` while it is read. Raises vault's Tampered when a stored photo is not as it was sealed.
    """
    moment = int(release.frozen_at.timestamp()) if release.frozen_at else 0
    # What was held or locked since it was frozen is not opened; finish_build refuses an archive without it.
    shown = standing_items(release).filter(public_id__photo__in=screening.servable())
    grounds = contributions.grounds_of(shown.values_list("public_id__photo_id", flat=True))
    built.groups = _groups({item.public_id.photo_id: item.public_id_id for item in shown})
    for item in shown:
        data = _picture(item, grounds, built)
        yield from _member(f"images/{item.public_id_id}.jpg", data, moment, built)
    yield from _member(
        "annotations.json", documents.annotations(release, built.images, built.annotations), moment, built
    )
    yield from _member("vocabulary.json", documents.vocabulary(), moment, built)
    readme = documents.readme(release, images=len(built.images), people=len(built.annotations))
    yield from _member("README.md", readme, moment, built)
    built.manifest = documents.manifest(release, built.items, built.files).decode()
    yield from _member("manifest.json", built.manifest.encode(), moment, built)
    yield from _member("manifest.sig", vault.sign(built.manifest.encode()), moment, built)
    yield from _member("public-key.pem", keys.verify_key_pem().encode(), moment, built)
    sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(built.files.items()))
    yield from _member("SHA256SUMS", sums.encode(), moment, built)
    yield b"\0" * tarfile.BLOCKSIZE * 2


def _groups(public_ids: Mapping[UUID, UUID]) -> dict[UUID, UUID]:
    """For the public ids of these photos, the groups of Built."""
    groups = {public_id: public_id for public_id in public_ids.values()}
    for photos in screening.same_pictures(list(public_ids)):
        together = [public_ids[photo] for photo in photos]
        groups |= dict.fromkeys(together, min(together))
    return groups


def _member(name: str, data: bytes, moment: int, built: Built) -> Iterator[bytes]:
    built.files[name] = hashlib.sha256(data).hexdigest()
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = len(data), moment, 0o644
    yield info.tobuf(format=tarfile.USTAR_FORMAT)
    yield data
    yield b"\0" * (-len(data) % tarfile.BLOCKSIZE)


def _picture(item: Item, grounds: Mapping[UUID, Grounds], built: Built) -> bytes:
    """The picture as a JPEG; notes it and the people in it."""
    reading = item.reading
    made = cut(item.public_id.photo, reading)
    key, number = item.public_id_id, len(built.images) + 1
    built.items[key] = hashlib.sha256(made.jpeg).hexdigest()
    built.images.append(image_of(reading, made, number=number, public_id=key, group=built.groups[key]))
    built.annotations += people_of(reading, made.straight, grounds, image=number, first=len(built.annotations) + 1)
    return made.jpeg
