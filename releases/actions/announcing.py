"""Telling holders of releases what to delete: of several photos together, in numbered and signed notices."""

import logging
from hashlib import sha256

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from releases.actions.events import ReleaseNotPossible
from releases.actions.known import last_notice
from releases.models import Audience, NoticeItem, WithdrawalNotice
from releases.queries import waiting_items, waiting_withdrawals
from releases.standalone.mpm_release import dump
from vault import actions as vault

log = logging.getLogger(__name__)
ANNOUNCED = EventKind(
    "withdrawals:announced",
    "Withdrawal notice {number} (audience: {audience}) went to the holders of releases; photos in it: {photos}.",
    fields=("audience", "number", "photos", "sha256"),
)
# Any number that no other room uses; the audience is the second half of the lock.
LOCK_SPACE = 4712


@transaction.atomic
def announce(*, audience: str) -> WithdrawalNotice | None:
    """Tell of everything that waits, in one notice; None when nothing does.

    Raises vault's KeyMissing; ReleaseNotPossible("notices_lost") when the log tells of notices that a restored backup
    does not have, since another one of the same number would part the copies outside for good.
    """
    # One after the other: each notice names the one before it, and what that told waits no more.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_SPACE, audience])
    ids = sorted(set(waiting_items(audience).values_list("public_id", flat=True)))
    if not ids:
        return None
    if is_notice_lost(audience):
        raise ReleaseNotPossible("notices_lost")
    before = WithdrawalNotice.objects.filter(audience=audience).order_by("-number").first()
    number, at = (before.number if before else 0) + 1, timezone.now()
    text = dump(
        {
            "audience": audience,
            "number": number,
            "at": at.isoformat(timespec="seconds"),
            "ids": [str(one) for one in ids],
            "previous": _digest(before.text) if before else "",
            "site": settings.SITE_URL,
        }
    )
    notice = WithdrawalNotice.objects.create(
        audience=audience, number=number, at=at, text=text, signature=vault.sign(text.encode())
    )
    NoticeItem.objects.bulk_create([NoticeItem(notice=notice, public_id_id=one) for one in ids], batch_size=1000)
    record(
        ANNOUNCED,
        subject=f"withdrawals:{audience}",
        by="system",
        audience=audience,
        number=number,
        photos=len(ids),
        sha256=_digest(text),
    )
    return notice


def announce_due() -> list[WithdrawalNotice]:
    """Tell each audience whose withdrawals are enough together, or have waited long enough. Idempotent."""
    due = [audience for audience in Audience.values if waiting_withdrawals(audience).is_due]
    lost = [audience for audience in due if is_notice_lost(audience)]
    for audience in lost:
        log.error("Withdrawals of audience %s wait: put back lost notices by manage.py restore_notices", audience)
    return [notice for audience in due if audience not in lost and (notice := announce(audience=audience))]


def is_notice_lost(audience: str) -> bool:
    """Whether the log tells of notices to this audience that are not all here."""
    told = last_notice(audience)
    if told is None:
        return False
    kept = WithdrawalNotice.objects.filter(audience=audience, number__lte=told.number).order_by("number")
    texts = list(kept.values_list("text", flat=True))
    return len(texts) != told.number or _digest(texts[-1]) != told.sha256


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
