"""What goes beside the pictures: the annotations, the vocabulary, the manifest and the words about it all."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from annotation.queries import vocabulary_in_every_language
from releases.coco import CATEGORIES
from releases.models import Release


def annotations(release: Release, images: list[dict[str, Any]], people: list[dict[str, Any]]) -> bytes:
    """annotations.json: COCO."""
    return _json(
        {
            "info": {"description": f"My Pictures Matter, release {release.number}", "version": str(release.number)},
            "categories": CATEGORIES,
            "images": images,
            "annotations": people,
        }
    )


def vocabulary() -> bytes:
    """vocabulary.json: the words of `description`, with their labels in every language of the site."""
    return _json(vocabulary_in_every_language())


def manifest(release: Release, items: Mapping[UUID, str], files: Mapping[str, str]) -> bytes:
    """manifest.json: what is in the release and by which rules. `items` are pictures' digests by public id."""
    return _json(
        {
            "release": str(release.id),
            "audience": release.audience,
            "number": release.number,
            "frozen_at": release.frozen_at.isoformat() if release.frozen_at else None,
            "log_index": release.log_index,
            "bases": release.bases,
            "items": [{"id": str(key), "sha256": digest} for key, digest in sorted(items.items())],
            "files": files,
        }
    )


def readme(release: Release, *, images: int, people: int) -> bytes:
    """README.md: how many there are, what they may be used for, and what each file is."""
    return f"""# My Pictures Matter, release {release.number}

{images} photographs with {people} people, given by adults who are shown in them as children.
Use is limited to research against child sexual exploitation. Making pictures, recognising faces and finding out who
somebody is are forbidden. Photos are withdrawn over time: use only the newest release, and delete what it lacks.

- `images/`: JPEG, cut to the picture and laid straight; names are public ids that stay the same over releases.
- `annotations.json`: COCO; one keypoint a person, and a `bbox` around the head (x, y, width, height in pixels) where
  one was drawn. Attributes of a person: `age_years`, the range `age_low` to `age_high` that the age may lie in, and
  `basis`. Of an image: `people_count`; `description`, ids of `vocabulary.json` for the scene, empty where nobody
  described it; `covered`, what was painted over, such as a name on the print: x, y, width and height in pixels.
  Images of one `group` show the same picture: keep them together, all for training or all for testing.
- `vocabulary.json`: the words that describe scenes: ids that stay the same over releases, their groups, and their
  labels by language.
- `manifest.json`, `manifest.sig`: what is in this release and its Ed25519 signature; the key is `public-key.pem`.
- `SHA256SUMS`: check with `sha256sum -c SHA256SUMS`.
""".encode()


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
