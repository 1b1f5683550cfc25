"""Receipts: issued in the transaction of the decision, mailed once that is committed, made up by the sweep."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, override

from consent import actions as consent
from consent.models import Receipt
from contributions.models import Photo
from contributions.queries.person import PhotoCard, sendings_of
from identity import actions as identity
from identity.queries import language_of

# What a decision was, in words of the person's language. gettext finds the sentences here.
HEADINGS = {
    "agreed": lambda: gettext("What you agreed to"),
    "changed": lambda: gettext("What you changed"),
    "withdrawn": lambda: gettext("What you withdrew"),
    "undone": lambda: gettext("The withdrawal you took back"),
    "again": lambda: gettext("What stands now"),
}


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision led to: the photos it reached and, where it reached any, the receipt and its code."""

    photos: tuple[UUID, ...]
    receipt: Receipt | None = None
    code: str = ""


def issue(*, photos: Sequence[Photo], participant: UUID, decision: UUID) -> Decided:
    """Issue the receipt of a decision, in its transaction; none when it reached no photo."""
    if not photos:
        return Decided(())
    receipt, code = consent.issue_receipt(decision=decision, participant=participant)
    return Decided(tuple(photo.pk for photo in photos), receipt, code)


def mail(decided: Decided, *, what: str) -> None:
    """Mail the receipt of a committed decision, if it has one; `what` as in `send`."""
    if decided.receipt is not None:
        send(receipt=decided.receipt, code=decided.code, what=what, photos=decided.photos)


def send(*, receipt: Receipt, code: str, what: str, photos: Collection[UUID] | None = None) -> None:
    """Mail a receipt that was issued: how the person's photos stand now. Once, however often this is called.

    `what` is a key of HEADINGS; `photos` limits it to those that the decision was about.
    """
    with override(language_of(receipt.participant) or get_language()):
        context = describe(participant=receipt.participant, what=what, code=code, at=receipt.issued_at, photos=photos)
    identity.send_receipt(participant=receipt.participant, decision=receipt.decision, context=context)


def describe(
    *, participant: UUID, what: str, code: str, at: datetime, photos: Collection[UUID] | None = None
) -> dict[str, object]:
    """What a receipt says, in the active language: no image, no file name, no address."""
    sendings, notices, latest = [], set(), None
    for sending in sendings_of(participant):
        cards = [card for card in sending.photos if photos is None or card.id in photos]
        if not cards or sending.sent_at is None:
            continue
        sendings.append({"date": _day(sending.sent_at), "photos": [_photo(card) for card in cards]})
        notices |= {card.notice for card in cards if card.notice}
        latest = max([card.erase_by for card in cards if card.erase_by] + ([latest] if latest else []), default=None)
    return {
        "heading": HEADINGS[what](),
        "at": _moment(at),
        "notice": ", ".join(sorted(notices)),
        "sendings": sendings,
        "code": code,
        "erased_by": _moment(latest) if latest else "",
    }


def _photo(card: PhotoCard) -> dict[str, object]:
    return {"number": card.number, "state": str(card.state), "scopes": [str(label) for label in card.scope_labels]}


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATE_FORMAT")


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") + " UTC"
