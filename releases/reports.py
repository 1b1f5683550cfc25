"""Whether what a recipient sends in tells that a copy was pruned: the site knows what must be gone and what is left."""

import json
from hashlib import sha256
from typing import Any, NamedTuple

from releases.models import Delivery, NoticeItem
from releases.queries import fetched_shards, newest_notice
from releases.queries.files import shard_path
from releases.queries.items import given_out
from releases.standalone.mpm_release import REPORT

# A report on all photos of a large release, withdrawn one and all, is a quarter of this.
MOST_BYTES = 16 * 2**20
FIELDS = {"format", "release", "audience", "number", "manifest_sha256", "notice", "deleted", "absent", "left"} | {
    "left_sha256",
    "at",
    "signed_off_by",
    "tool_sha256",
}


class ReportNotGood(Exception):
    """The report does not tell of this delivery's release pruned; `code` says what is wrong with it.

    not_a_report, another_release, another_manifest, not_signed_off, unknown_notice, not_all_deleted, not_what_is_left,
    no_photo.
    """

    def __init__(self, code: str) -> None:
        """Remember what is wrong, as a code."""
        super().__init__(code)
        self.code = code


class _Held(NamedTuple):
    id: str
    sha256: str
    path: str


def check_report(delivery: Delivery, document: str) -> int:
    """Up to which notice the copy was pruned. Raises ReportNotGood.

    Everything in it is computed again: what the notices behind the release name must be deleted, and what is left must
    be just the other pictures, but for those in shards that the copy never had. A copy that holds none tells nothing of
    the one that does, so it is refused where its recipient fetched what it lacks.
    """
    said, release = _read(document), delivery.release
    if said["release"] != str(release.pk) or (said["audience"], said["number"]) != (release.audience, release.number):
        raise ReportNotGood("another_release")
    if said["manifest_sha256"] != release.manifest_sha256:
        raise ReportNotGood("another_manifest")
    if not isinstance(said["signed_off_by"], str) or not said["signed_off_by"].strip():
        raise ReportNotGood("not_signed_off")
    notice: int = said["notice"]
    if not release.notices <= notice <= newest_notice(release.audience):
        raise ReportNotGood("unknown_notice")
    held = _handed_out(delivery)
    named = NoticeItem.objects.filter(
        notice__audience=release.audience, notice__number__gt=release.notices, notice__number__lte=notice
    )
    gone = {str(one) for one in named.values_list("public_id", flat=True)} & {item.id for item in held}
    if said["deleted"] != sorted(gone):
        raise ReportNotGood("not_all_deleted")
    absent = frozenset(said["absent"])
    left = sorted((item.id, item.sha256) for item in held if item.id not in gone and item.path not in absent)
    digest = sha256("".join(f"{name} {one}\n" for name, one in left).encode()).hexdigest()
    if (said["left"], said["left_sha256"]) != (len(left), digest):
        raise ReportNotGood("not_what_is_left")
    if not left and not fetched_shards(delivery).isdisjoint(absent):
        raise ReportNotGood("no_photo")
    return notice


def _read(document: str) -> dict[str, Any]:
    try:
        said = json.loads(document) if len(document) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.get("format") != REPORT or said.keys() != FIELDS:
        raise ReportNotGood("not_a_report")
    absent = said["absent"]
    if not isinstance(absent, list) or not all(isinstance(path, str) for path in absent):
        raise ReportNotGood("not_a_report")
    # True and 1.0 are equal to 1, and no counts.
    if not all(type(said[name]) is int for name in ("number", "notice", "left")):
        raise ReportNotGood("not_a_report")
    return said


def _handed_out(delivery: Delivery) -> list[_Held]:
    """The pictures that the manifest names."""
    items = given_out().filter(release=delivery.release, shard__isnull=False)
    rows = items.values_list("public_id", "sha256", "shard__slot")
    return [_Held(str(public_id), digest, shard_path(slot)) for public_id, digest, slot in rows]
