"""A copy of everything that is recorded about one person, for that person to keep: no image, no address.

Of a photo whose time has come, only what the promise says is told: whether its bytes are gone or kept back shows
nowhere (requirement K10).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from consent.models import ConsentRecord
from contributions.models import Claim, Contribution, Invitation, Person
from contributions.queries.cards import PhotoCard, SendingCard
from contributions.queries.panels import panels
from contributions.queries.papers import receipts_of
from contributions.queries.person import depicted_cards, sendings_of
from contributions.queries.proofs import proof_of, proof_of_receipt
from identity.queries import hears_reminders, hears_updates, mask_of, may_be_invited, more_due_on


def copy_of(participant: UUID) -> dict[str, Any]:
    """Sendings, photos, people, invitations, claims, receipts, where photos went, and every answer with its proof."""
    sendings, depicted = sendings_of(participant), depicted_cards(participant)
    cards = [card for sending in sendings for card in sending.photos] + depicted
    return {
        "participant": str(participant),
        "address": mask_of(participant),
        "updates": hears_updates(participant),
        "reminders": hears_reminders(participant),
        "asked_to_be_written_to_once_on": _when(more_due_on(participant)),
        "others_may_have_us_ask_by_mail": may_be_invited(participant),
        "sendings": [_sending(card) for card in sendings],
        "shown_in": [_shown_in(card) for card in depicted],
        "answers": [_answer(card, record) for card in cards for record in card.records],
        "receipts": _receipts(participant),
        "given_out": _given_out(participant, cards),
        "told_us_to_be_pictured": _claims(participant),
    }


def _sending(card: SendingCard) -> dict[str, Any]:
    contribution: Contribution = card.contribution
    return {
        "sending": str(contribution.pk),
        "begun_at": contribution.created_at.isoformat(),
        "said_to_be_an_adult_at": contribution.adult_stated_at.isoformat(),
        "sent_at": card.sent_at.isoformat() if card.sent_at else None,
        "language": contribution.language,
        "photos": [_photo(photo) for photo in card.photos],
    }


def _photo(card: PhotoCard) -> dict[str, Any]:
    told = not card.is_over
    photo = card.photo
    return {
        **_standing(card),
        "received_at": photo.received_at.isoformat(),
        "received_bytes": photo.received_bytes if told else None,
        "width": photo.width if told else None,
        "height": photo.height if told else None,
        "nobody_in_it": photo.nobody if told else None,
        "people": _people(card) if told else [],
    }


def _shown_in(card: PhotoCard) -> dict[str, Any]:
    return {**_standing(card), "asked_at": card.since.isoformat() if card.since else None}


def _standing(card: PhotoCard) -> dict[str, Any]:
    withdrawal = card.withdrawal
    return {
        "photo": str(card.id),
        "number": card.number,
        "state": str(card.state),
        "agreed_to": list(card.scopes),
        "has_to_be_agreed_to_again_since": card.again.since.isoformat() if card.again else None,
        "withdrawn_at": withdrawal.stopped_at.isoformat() if withdrawal else None,
        "erased_by": card.erase_by.isoformat() if card.erase_by else None,
    }


def _people(card: PhotoCard) -> list[dict[str, Any]]:
    rows: Sequence[Person] = list(card.photo.persons.exclude(basis="").order_by("number"))
    words = {line.id: str(line.who) for line in card.people}
    invited = dict(Invitation.objects.filter(photo=card.photo).values_list("person_id", "asked_at"))
    return [
        {
            "number": person.number,
            "x": person.x,
            "y": person.y,
            "age_as_written": person.age_text,
            "age_in_years": _text(person.age_years),
            "age_from": _text(person.age_low),
            "age_to": _text(person.age_high),
            "adult_confirmed": person.adult_confirmed,
            "who": person.basis,
            "who_in_words": words.get(person.pk, ""),
            "asked_at": asked.isoformat() if (asked := invited.get(person.pk)) else None,
        }
        for person in rows
    ]


def _answer(card: PhotoCard, row: ConsentRecord) -> dict[str, Any]:
    notice = row.notice
    return {
        "record": str(row.record_id),
        "proof": proof_of(row.record_id),
        "photo": str(card.id),
        "number": card.number,
        "at": row.at.isoformat(),
        "state": row.state,
        "scopes": list(row.scopes),
        "method": row.method,
        "until": row.expires_at.isoformat() if row.expires_at else None,
        "notice": {"version": notice.version, "language": notice.language, "sha256": notice.sha256} if notice else None,
    }


def _receipts(participant: UUID) -> list[dict[str, Any]]:
    return [
        {
            "receipt": str(paper.receipt.pk),
            "issued_at": paper.receipt.issued_at.isoformat(),
            "what": paper.what,
            "record": paper.receipt.document,
            "record_sha256": paper.receipt.document_sha256,
            "proof": proof_of_receipt(paper.receipt.pk),
        }
        for paper in receipts_of(participant)
    ]


def _given_out(participant: UUID, cards: Sequence[PhotoCard]) -> list[dict[str, Any]]:
    """In which versions these photos were given out, and what those were used for."""
    return [
        {
            "version": went.entry.name,
            "since": went.entry.day.isoformat(),
            "standing": went.entry.standing,
            "photos": [str(card.id) for card in cards if card.id in went.entry.photos],
            "photos_in_words": went.names,
            "used": [use._asdict() for use in went.entry.used],
        }
        for panel in panels(participant, cards)
        for went in panel.entries
    ]


def _claims(participant: UUID) -> list[dict[str, Any]]:
    claims = Claim.objects.filter(participant=participant).order_by("created_at", "pk")
    return [
        {
            "claim": str(claim.pk),
            "state": claim.state,
            "written_at": claim.created_at.isoformat(),
            "closed_at": claim.closed_at.isoformat() if claim.closed_at else None,
        }
        for claim in claims
    ]


def _when(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _text(number: object) -> str | None:
    return str(number) if number is not None else None
