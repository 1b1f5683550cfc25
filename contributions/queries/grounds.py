"""On what the agreement of each marked person rests, in words for staff: who said nothing is not who said no."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.models import ConsentRecord, Method
from consent.queries import ConsentState, current
from contributions.models import ConsentSubject, Grounds, Invitation
from contributions.queries.cards import OWN_NO
from contributions.queries.use import grounds_of
from contributions.transitions import InvitationState


def grounds_in_words(photo_ids: Collection[UUID]) -> dict[UUID, str]:
    """What staff read of each person marked in these photos, by the person's id.

    As `queries.grounds_of` counts it; of an invited person who is not confirmed, what that person did.
    """
    grounds = grounds_of(photo_ids)
    silent = [person for person, ground in grounds.items() if ground == Grounds.NO_ANSWER]
    return {person: str(ground.label) for person, ground in grounds.items()} | _of_missing(silent)


def _of_missing(people: Collection[UUID]) -> dict[UUID, str]:
    invitations = list(Invitation.objects.filter(person__in=people))
    asked = ConsentSubject.objects.filter(photo__in=[row.photo_id for row in invitations])
    subjects = {(row.photo_id, row.participant): row.pk for row in asked}
    standing: Mapping[UUID, ConsentRecord] = current(subjects.values())
    records = {who: standing.get(subject) for who, subject in subjects.items()}
    return {row.person_id: str(_did(row, records.get((row.photo_id, row.participant)))) for row in invitations}


def _did(invitation: Invitation, record: ConsentRecord | None) -> str | Promise:
    if record is not None and record.method != Method.LAPSE:
        if record.state in OWN_NO:
            return _("said no or withdrew")
        if record.state == ConsentState.REVOKED:
            return ConsentState.REVOKED.label
        if record.state != ConsentState.REQUESTED:
            return _("agreed before, and has to agree again")
    return InvitationState(invitation.state).label
