"""A copy of everything that is recorded about what one person gave, for that person to keep."""

from typing import Any
from uuid import UUID

from consent.queries import history
from contributions.models import Contribution, Photo
from contributions.queries.person import PhotoCard, sendings_of, subjects_of
from contributions.queries.proofs import proof_of
from identity.queries import hears_updates, mask_of


def copy_of(participant: UUID) -> dict[str, Any]:
    """Sendings, photos, people, ages and every answer with its notice and its proof: no image, no address."""
    sendings = Contribution.objects.filter(participant=participant).values_list("pk", flat=True)
    photos = Photo.objects.filter(contribution__in=sendings).values_list("pk", flat=True)
    subjects = subjects_of(participant, list(photos))
    return {
        "participant": str(participant),
        "address": mask_of(participant),
        "updates": hears_updates(participant),
        "sendings": [
            {
                "sending": str(card.contribution.pk),
                "begun_at": card.contribution.created_at.isoformat(),
                "said_to_be_an_adult_at": card.contribution.adult_stated_at.isoformat(),
                "sent_at": card.sent_at.isoformat() if card.sent_at else None,
                "language": card.contribution.language,
                "photos": [_photo(photo) for photo in card.photos],
            }
            for card in sendings_of(participant)
        ],
        "answers": _answers(subjects),
    }


def _photo(card: PhotoCard) -> dict[str, Any]:
    photo, withdrawal = card.photo, card.withdrawal
    return {
        "photo": str(card.id),
        "number": card.number,
        "received_at": photo.received_at.isoformat(),
        "received_bytes": photo.received_bytes,
        "width": photo.width,
        "height": photo.height,
        "state": str(card.state),
        "nobody_in_it": photo.nobody,
        "people": [
            {
                "number": person.number,
                "x": person.x,
                "y": person.y,
                "age_as_written": person.age_text,
                "age_in_years": str(person.age_years) if person.age_years is not None else None,
                "age_from": str(person.age_low) if person.age_low is not None else None,
                "age_to": str(person.age_high) if person.age_high is not None else None,
                "adult_confirmed": person.adult_confirmed,
                "who": person.basis,
            }
            for person in photo.persons.exclude(basis="")
        ],
        "agreed_to": list(card.scopes),
        "withdrawn_at": withdrawal.stopped_at.isoformat() if withdrawal else None,
        "erased_by": card.erase_by.isoformat() if card.erase_by else None,
        "erased_at": photo.erased_at.isoformat() if photo.erased_at else None,
    }


def _answers(subjects: dict[UUID, UUID]) -> list[dict[str, Any]]:
    photo_of = {subject: photo for photo, subject in subjects.items()}
    return [
        {
            "record": str(row.record_id),
            "proof": proof_of(row.record_id),
            "photo": str(photo_of[row.subject]),
            "at": row.at.isoformat(),
            "state": row.state,
            "scopes": list(row.scopes),
            "method": row.method,
            "notice": None
            if row.notice is None
            else {"version": row.notice.version, "language": row.notice.language, "sha256": row.notice.sha256},
        }
        for row in history(list(subjects.values()))
    ]
