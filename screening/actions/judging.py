"""What changes a verdict, and the one way in which staff come to see a picture."""

import hashlib
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from contributions import actions as contributions
from contributions.models import Photo, Step
from screening.models import Finding, KnownDigest, KnownList, RulingReason, Verdict, View
from screening.queries import known_in, list_versions, newest_verdict, servable
from screening.transitions import VerdictState, check
from vault import actions as vault
from vault import queries as keys

JUDGED = EventKind(
    "photo:judged",
    "Screening found photo {photo} {verdict} under policy {policy}.",
    fields=("photo", "verdict", "policy", "reasons"),
)
RULED = EventKind(
    "photo:ruled",
    "The safety officer {actor} ruled photo {photo} {verdict}, for the reason {reasons}.",
    fields=("photo", "verdict", "policy", "reasons"),
)
VIEWED = EventKind(
    "photo:viewed",
    "{actor} looked at the {rendition} of photo {photo} for {reason} (task: {task}).",
    fields=("photo", "rendition", "reason", "task", "view"),
)
LIST_IMPORTED = EventKind(
    "list:imported",
    "The known list {name} reached version {version} with {digests} digests.",
    fields=("name", "version", "digests"),
)
RENDITIONS = ("full", "rendition", "thumbnail")
RULINGS = (VerdictState.CLEAR, VerdictState.EXCLUDED)


class NotServable(Exception):
    """The gate says no: the photo is not in use, was never judged, or the verdict is anything but clear."""


class RulingNotAllowed(Exception):
    """The photo is not held, or the ruling or its reason is not one that an officer can give."""


@transaction.atomic
def match_known(*, photo_id: UUID) -> None:
    """Look the digests of the received bytes up in the known lists; a required list that is missing is a finding."""
    photo = Photo.objects.select_for_update().get(pk=photo_id)
    if photo.state != "ready":
        return
    digests = [bytes.fromhex(text) for text in (photo.received_sha256, photo.received_md5) if text]
    versions = list_versions()
    codes = [f"known:{name}" for name in known_in([keyed_digest(digest) for digest in digests])]
    codes += [f"list_missing:{name}" for name in settings.KNOWN_LISTS_REQUIRED if name not in versions]
    if len(digests) < 2:
        codes.append("digest_missing")
    Finding.objects.update_or_create(
        photo=photo, step="match_known", defaults={"codes": codes, "lists": versions, "at": timezone.now()}
    )


@transaction.atomic
def judge(*, photo_id: UUID) -> None:
    """Turn the findings into a verdict: on a known list is locked, other findings or none made is held, else clear.

    Fails closed: a photo whose lists were not looked up is held. The received bytes go when the verdict is clear.
    """
    photo = Photo.objects.select_for_update().get(pk=photo_id)
    if photo.state != "ready" or photo.full_id is None:
        return
    finding = Finding.objects.filter(photo=photo, step="match_known").first()
    codes = finding.codes if finding else ["not_matched"]
    state = VerdictState.CLEAR
    if any(code.startswith("known:") for code in codes):
        state = VerdictState.LOCKED
    elif codes:
        state = VerdictState.HELD
    last = newest_verdict(photo_id)
    if last is None or (last.by == "system" and last.state == VerdictState.HELD and state != VerdictState.HELD):
        check(last.state if last else None, state)
        last = _append(photo, state, codes, by="system", lists=finding.lists if finding else {})
    if last.state == VerdictState.CLEAR:
        contributions.destroy_received(photo=photo)


@transaction.atomic
def rule(*, photo_id: UUID, state: VerdictState, reason: str, by: str) -> Verdict:
    """The safety officer's ruling on a held photo; raises RulingNotAllowed."""
    photo = Photo.objects.select_for_update().get(pk=photo_id)
    last = newest_verdict(photo_id)
    if last is None or last.state != VerdictState.HELD or state not in RULINGS or reason not in RulingReason.values:
        raise RulingNotAllowed
    check(last.state, state)
    verdict = _append(photo, state, [reason], by=by, lists=last.lists)
    if state == VerdictState.CLEAR:
        contributions.destroy_received(photo=photo)
        if servable().filter(pk=photo_id).exists():
            contributions.open_steps(photo=photo, phase=Step.Phase.CONSENTED)
    return verdict


def _append(photo: Photo, state: VerdictState, reasons: list[str], *, by: str, lists: dict[str, int]) -> Verdict:
    content = photo.full_id
    if content is None:
        raise RulingNotAllowed
    verdict = Verdict.objects.create(
        photo=photo,
        content=content,
        policy=settings.SCREENING_POLICY,
        state=state,
        reasons=reasons,
        lists=lists,
        by=by,
    )
    # The log names neither lists nor matches: an auditor learns that a photo was locked, not by whom it was known.
    shown = sorted({reason.split(":")[0] for reason in reasons})
    record(
        JUDGED if by == "system" else RULED,
        subject=str(photo.id),
        by=by,
        photo=str(photo.id),
        verdict=str(state),
        policy=settings.SCREENING_POLICY,
        reasons=shown,
    )
    return verdict


def view(
    *, photo_id: UUID, rendition: str, staff_id: UUID, reason: str, task_id: UUID | None = None
) -> Iterator[bytes]:
    """JPEG bytes of a photo for one staff member, after the view was committed to the log.

    `rendition` is one of RENDITIONS; `reason` a code such as "task"; `task_id` the work it belongs to, if any. The
    caller checked that the person's task or role gives the right. Raises NotServable when the gate says no; then
    nothing is logged and nothing opened.
    """
    with transaction.atomic(durable=True):
        photo = servable().filter(pk=photo_id).select_related("full", "rendition", "thumbnail").first()
        if photo is None or rendition not in RENDITIONS:
            raise NotServable
        seen = View.objects.create(
            photo_id=photo_id, staff_id=staff_id, rendition=rendition, reason=reason, task=task_id
        )
        record(
            VIEWED,
            subject=str(photo_id),
            by=f"staff:{staff_id}",
            photo=str(photo_id),
            rendition=rendition,
            reason=reason,
            task=task_id,
            view=str(seen.id),
        )
    return vault.open_object(getattr(photo, rendition))


def keyed_digest(digest: bytes) -> bytes:
    """The keyed hash (32 bytes) under which a known-list digest is kept; the list itself is never stored."""
    return keys.keyed_digest("known-lists", digest)


@transaction.atomic
def import_digests(*, name: str, digests: Iterable[bytes], by: str, retract: bool = False) -> int:
    """Add (or take back) digests of a known list, raise its version, and return how many were given.

    `digests` are 16 (MD5) or 32 (SHA-256) bytes; raises ValueError for any other length.
    """
    known, _ = KnownList.objects.select_for_update().get_or_create(name=name)
    rows = []
    for digest in digests:
        if len(digest) not in {hashlib.md5(usedforsecurity=False).digest_size, hashlib.sha256().digest_size}:
            raise ValueError("a digest has 16 or 32 bytes")
        rows.append(keyed_digest(digest))
    if retract:
        known.digests.filter(keyed__in=rows, retracted_at__isnull=True).update(retracted_at=timezone.now())
    else:
        KnownDigest.objects.bulk_create(
            [KnownDigest(known_list=known, keyed=row) for row in rows],
            update_conflicts=True,
            unique_fields=["known_list", "keyed"],
            update_fields=["retracted_at"],
            batch_size=5000,
        )
    known.version += 1
    known.imported_at = timezone.now()
    known.save(update_fields=["version", "imported_at"])
    record(LIST_IMPORTED, subject=name, by=by, name=name, version=known.version, digests=len(rows))
    return len(rows)
