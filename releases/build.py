"""Building one frozen release into one archive, at constant memory, sealed as it is written.

The same items, readings, near-duplicates and log entry give the same bytes: names are the public ids, times are the
moment of freezing.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from PIL import Image

from annotation.models import Reading
from contributions import queries as contributions
from contributions.models import Grounds
from releases import covering
from releases.models import Item, Release
from releases.queries import standing_items
from screening import queries as screening
from vault import actions as vault
from vault import queries as keys

JPEG_QUALITY = 92


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
    """The bytes of a tar archive (POSIX ustar): images, COCO annotations, manifest, signature, checksums.

    Fills `built` while it is read. Raises vault's Tampered when a stored photo is not as it was sealed.
    """
    moment = int(release.frozen_at.timestamp()) if release.frozen_at else 0
    # What was held or locked since it was frozen is not opened; finish_build refuses an archive without it.
    shown = standing_items(release).filter(public_id__photo__in=screening.servable())
    grounds = contributions.grounds_of(shown.values_list("public_id__photo_id", flat=True))
    built.groups = _groups({item.public_id.photo_id: item.public_id_id for item in shown})
    for item in shown:
        data = _crop(item, grounds, built)
        yield from _member(f"images/{item.public_id_id}.jpg", data, moment, built)
    yield from _member("annotations.json", _coco(release, built), moment, built)
    yield from _member("README.md", _readme(release, built), moment, built)
    built.manifest = _manifest(release, built)
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


def _crop(item: Item, grounds: Mapping[UUID, Grounds], built: Built) -> bytes:
    """The photo as staff covered and cropped it, as a JPEG; notes its place in the annotations."""
    photo, reading = item.public_id.photo, item.reading
    if photo.full is None:
        raise LookupError(f"photo {photo.id} has no pixels")
    with Image.open(io.BytesIO(vault.read(photo.full)), formats=["JPEG"]) as whole:
        box = crop_box(reading, whole.size)
        profile = whole.info.get("icc_profile")
        covered = covering.paint(whole, reading.covers.order_by("pk"))
        picture = whole.crop(box)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0, icc_profile=profile)
    data = out.getvalue()
    built.items[item.public_id_id] = hashlib.sha256(data).hexdigest()
    number = len(built.images) + 1
    built.images.append(
        {
            "id": number,
            "file_name": f"images/{item.public_id_id}.jpg",
            "width": picture.width,
            "height": picture.height,
            "public_id": str(item.public_id_id),
            "group": str(built.groups[item.public_id_id]),
            "covered": list(covering.within(covered, box)),
        }
    )
    people = _people(reading, number, whole.size, box, first=len(built.annotations) + 1)
    for annotation, mark in people:
        annotation["attributes"]["basis"] = grounds[mark].value if mark and mark in grounds else ""
        built.annotations.append(annotation)
    return data


def crop_box(reading: Reading, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The crop in whole pixels (left, top, right, bottom) of a picture of `size` (width, height), never empty."""
    width, height = size
    left, top = round(reading.crop_left * width), round(reading.crop_top * height)
    return (
        left,
        top,
        max(left + 1, round(reading.crop_right * width)),
        max(top + 1, round(reading.crop_bottom * height)),
    )


def _people(
    reading: Reading, image: int, size: tuple[int, int], box: tuple[int, int, int, int], first: int
) -> Iterator[tuple[dict[str, Any], UUID | None]]:
    """COCO annotations of the people inside the crop, a keypoint and an age in years each, with the giver's mark."""
    number = first
    for shown in reading.persons.all():
        x, y = shown.x * size[0] - box[0], shown.y * size[1] - box[1]
        if not (0 <= x <= box[2] - box[0] and 0 <= y <= box[3] - box[1]):
            continue
        annotation = {
            "id": number,
            "image_id": image,
            "category_id": 1,
            "keypoints": [round(x, 1), round(y, 1), 2],
            "num_keypoints": 1,
            "iscrowd": 0,
            "attributes": {"age_years": float(shown.age_years)},
        }
        yield annotation, shown.person_id
        number += 1


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _coco(release: Release, built: Built) -> bytes:
    return _json(
        {
            "info": {"description": f"My Pictures Matter, release {release.number}", "version": str(release.number)},
            "categories": [{"id": 1, "name": "person", "keypoints": ["mark"], "skeleton": []}],
            "images": built.images,
            "annotations": built.annotations,
        }
    ).encode()


def _manifest(release: Release, built: Built) -> str:
    return _json(
        {
            "release": str(release.id),
            "audience": release.audience,
            "number": release.number,
            "frozen_at": release.frozen_at.isoformat() if release.frozen_at else None,
            "log_index": release.log_index,
            "bases": release.bases,
            "items": [{"id": str(key), "sha256": digest} for key, digest in sorted(built.items.items())],
            "files": built.files,
        }
    )


def _readme(release: Release, built: Built) -> bytes:
    return f"""# My Pictures Matter, release {release.number}

{len(built.images)} photographs with {len(built.annotations)} people, given by adults who are shown in them as children.
Use is limited to research against child sexual exploitation. Making pictures, recognising faces and finding out who
somebody is are forbidden. Photos are withdrawn over time: use only the newest release, and delete what it lacks.

- `images/`: JPEG, cropped to the picture; names are public ids that stay the same over releases.
- `annotations.json`: COCO; one keypoint a person, with `age_years` and `basis` as attributes. Images of one `group`
  show the same picture: keep them together, all for training or all for testing. `covered` of an image
  lists what was painted over, such as a name on the print: x, y, width and height in pixels.
- `manifest.json`, `manifest.sig`: what is in this release and its Ed25519 signature; the key is `public-key.pem`.
- `SHA256SUMS`: check with `sha256sum -c SHA256SUMS`.
""".encode()
