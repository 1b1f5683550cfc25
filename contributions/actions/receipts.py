"""Receipts: issued in the transaction of the decision, mailed once that is committed, made up by the sweep."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, override

from consent import actions as consent
from consent.models import Receipt
from contributions.models import Photo
from contributions.queries.person import PhotoCard, cards_of, subjects_of
from contributions.queries.proofs import proof_of_receipt
from identity import actions as identity
from identity.models import Mail
from identity.queries import language_of

# What a decision was, in words of the person's language. gettext finds the sentences here.
HEADINGS = {
    "agreed": lambda: gettext("What you agreed to"),
    "changed": lambda: gettext("What you changed"),
    "withdrawn": lambda: gettext("What you withdrew"),
    "undone": lambda: gettext("The withdrawal you took back"),
    "ended": lambda: gettext("What we ended"),
    "again": lambda: gettext("What stands now"),
}


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision led to: the photos it reached and, where it reached any, the receipt and its code.

    `still_out` are those of the photos that stay out of use although this person took a no back; `stopped` says whether
    something ended, too, that they had sent and not agreed to yet.
    """

    photos: tuple[UUID, ...]
    receipt: Receipt | None = None
    code: str = ""
    still_out: tuple[UUID, ...] = ()
    stopped: bool = False

    def staying_out(self, photos: tuple[UUID, ...]) -> "Decided":
        """The same, with these photos staying out of use."""
        return replace(self, still_out=photos)


def issue(*, photos: Sequence[Photo], participant: UUID, decision: UUID) -> Decided:
    """Issue the receipt of a decision, in its transaction; none when it reached no photo."""
    if not photos:
        return Decided(())
    language = language_of(participant) or get_language() or settings.LANGUAGE_CODE
    # The decision of a giver asks others, too: the receipt is about this person's own answers alone.
    own = subjects_of(participant, [photo.pk for photo in photos]).values()
    receipt, code = consent.issue_receipt(decision=decision, participant=participant, language=language, subjects=own)
    return Decided(tuple(photo.pk for photo in photos), receipt, code)


def issue_again(*, decision: UUID, participant: UUID) -> None:
    """Issue and mail what was issued and never mailed: its code was lost with the process that held it."""
    language = language_of(participant) or settings.LANGUAGE_CODE
    receipt, code = consent.issue_receipt(decision=decision, participant=participant, language=language)
    send(receipt=receipt, code=code, what="again")


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
    identity.send_receipt(
        participant=receipt.participant, decision=receipt.decision, context=context, document=receipt.document
    )


def enclose_proofs() -> int:
    """Add to each receipt that waits in the outbox the proof that the log holds it, once there is one; how many.

    A receipt whose proof is late is let go by the outbox itself, without.
    """
    waiting = Mail.objects.filter(kind=Mail.Kind.RECEIPT, ready_at__isnull=True)
    decisions = [decision for decision in waiting.values_list("decision", flat=True) if decision]
    enclosed = 0
    newest = Receipt.objects.filter(decision__in=decisions).exclude(document="").order_by("decision", "-issued_at")
    for receipt in newest.distinct("decision"):
        text = proof_of_receipt(receipt.pk)
        if text is not None:
            enclosed += identity.enclose(decision=receipt.decision, proof=text)
    return enclosed


def describe(
    *, participant: UUID, what: str, code: str, at: datetime, photos: Collection[UUID] | None = None
) -> dict[str, object]:
    """What a receipt says, in the active language: no image, no file name, no address."""
    sendings, notices, latest = [], set(), None
    undone: list[datetime] = []
    for (_depicted, since), those in groupby(cards_of(participant), key=lambda card: (card.depicted, card.since)):
        cards = [card for card in those if photos is None or card.id in photos]
        if not cards or since is None:
            continue
        sendings.append({"date": _day(since), "photos": [_photo(card) for card in cards]})
        notices |= {card.notice for card in cards if card.notice}
        undone += [card.ends_at for card in cards if card.ends_at and card.can_be_undone]
        latest = max([card.erase_by for card in cards if card.erase_by] + ([latest] if latest else []), default=None)
    return {
        "heading": HEADINGS[what](),
        "at": _moment(at),
        "notice": ", ".join(sorted(notices)),
        "sendings": sendings,
        "code": code,
        "erased_by": _moment(latest) if latest else "",
        "undo_until": _moment(min(undone)) if undone else "",
    }


def _photo(card: PhotoCard) -> dict[str, object]:
    return {"number": card.number, "state": str(card.state), "scopes": [str(label) for label in card.scope_labels]}


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATE_FORMAT")


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") + " UTC"
