"""Which photos may be used, for what, and on whose word: computed from the consent at every question, never stored."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from audit.queries import unreplayed
from consent.models import Scope
from consent.queries import is_in_force, is_refused_or_ended
from contributions.models import (
    UNDER_WAY,
    Basis,
    ConsentSubject,
    Grounds,
    Invitation,
    Person,
    Photo,
    Withdrawal,
)
from contributions.queries.claims import claimed
from contributions.transitions import InvitationState, PhotoState

# Scopes that every person shown must have agreed to in their own name.
OWN_WORD_ONLY = frozenset({Scope.SHARING, Scope.ILLUSTRATION})
# Whoever is invited can speak for themselves, and change their mind, as long as the question did not lapse.
MAY_SPEAK = Q(
    basis=Basis.INVITED,
    invitation__state__in=[InvitationState.WRITTEN, InvitationState.ASKED, InvitationState.ANSWERED],
)


def in_use(*, scopes: Collection[str] = (Scope.RESEARCH,), but_for: UUID | None = None) -> QuerySet[Photo]:
    """Photos that are ready, agreed to for all `scopes` by their givers, and that nobody's no or question keeps out.

    Out are photos on their way out, photos of which an invited person has not answered yet, photos with a no or an
    ended consent of anybody, and photos that an open claim may be about. For sharing and illustration, everybody shown
    must have agreed to that in their own name. What the open claim `but_for` alone keeps out counts as in use.
    """
    given = _subjects().filter(participant=OuterRef("contribution__participant")).filter(_agreed(scopes))
    photos = Photo.objects.filter(
        _looked_up(given),
        ~Q(_looked_up(_subjects().filter(_ended(), ~Exists(_without_answer())))),
        ~Q(_looked_up(waiting_invitations())),
        ~Q(_looked_up(open_withdrawals())),
        ~claimed(but_for=but_for),
        # After a restore nothing is used before the erasures were replayed.
        ~Exists(unreplayed()),
        state=PhotoState.READY,
    )
    if not OWN_WORD_ONLY & set(scopes):
        return photos
    people = Person.objects.filter(photo=OuterRef("pk"))
    silent = people.exclude(basis=Basis.SELF).exclude(Q(basis=Basis.INVITED) & Exists(_own_word(scopes)))
    return photos.filter(~Exists(silent), ~Exists(_subjects().exclude(_agreed(scopes))))


def _looked_up(rows: QuerySet[Any]) -> Coalesce:
    """Whether there are such rows, asked photo by photo on their indexes.

    The database would join a bare EXISTS, expect that next to nothing comes of it, and read every photo for the next
    twenty.
    """
    return Coalesce(Exists(rows), False)


def open_withdrawals(photo_column: str = "pk") -> QuerySet[Withdrawal]:
    """Withdrawals under way of the photo that the outer query's column names."""
    return Withdrawal.objects.filter(UNDER_WAY, photo=OuterRef(photo_column))


def staying() -> QuerySet[Photo]:
    """Photos that are ready and not on their way out."""
    return Photo.objects.filter(~Exists(open_withdrawals()), state=PhotoState.READY)


def in_question() -> QuerySet[Photo]:
    """Photos, ready and not on their way out, that an open claim or a question without an answer keeps out for now."""
    return staying().filter(Q(Exists(waiting_invitations())) | claimed())


def departing() -> QuerySet[Photo]:
    """Photos that are on their way out, or gone."""
    return Photo.objects.filter(Exists(open_withdrawals()) | Q(state__in=[PhotoState.LAPSED, PhotoState.ERASED]))


def waiting_invitations(photo_column: str = "pk") -> QuerySet[Invitation]:
    """Invitations that were sent and wait for an answer, of the photo that the outer query's column names."""
    return Invitation.objects.filter(photo=OuterRef(photo_column), state=InvitationState.ASKED)


def grounds_of(photo_ids: Collection[UUID] | QuerySet[Photo]) -> dict[UUID, Grounds]:
    """On what the agreement of each person marked in these photos rests, by the person's id.

    An invited person is confirmed while that participant's own consent for the photo is in force. A person of whom the
    giver has not said anything yet is absent.
    """
    people = Person.objects.filter(photo__in=photo_ids).exclude(basis="").order_by()
    found = people.annotate(grounds=grounds_case()).values_list("pk", "grounds")
    return {person: Grounds(grounds) for person, grounds in found}


def allowed_scopes(photo_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """What can be agreed to for each photo: more than research only where everyone shown speaks for themselves.

    An invited person may still do that, until the question has lapsed; whether the photo is used for more waits for it.
    """
    everything = frozenset(Scope.values)
    silent = Person.objects.filter(photo__in=photo_ids).exclude(basis__in=["", Basis.SELF]).exclude(MAY_SPEAK)
    limited = set(silent.values_list("photo_id", flat=True))
    return {pk: everything - OWN_WORD_ONLY if pk in limited else everything for pk in photo_ids}


def grounds_case(person: str = "") -> Case:
    """On what the agreement of a person rests; "" while the giver has not said anything yet.

    It is the person that the query is at, or the one that it reaches by the prefix `person`.
    """
    # Looked up of those who were invited: joined, the invitation would be looked up of everybody.
    invited = Invitation.objects.filter(person=OuterRef(OuterRef(f"{person}pk"))).values("participant")
    confirmed = ConsentSubject.objects.filter(photo=OuterRef(f"{person}photo"), participant__in=invited)
    return Case(
        When(~Q((f"{person}basis", Basis.INVITED)), then=F(f"{person}basis")),
        When(Exists(confirmed.filter(_agreed((Scope.RESEARCH,)))), then=Value(Grounds.CONFIRMED.value)),
        default=Value(Grounds.NO_ANSWER.value),
    )


def _subjects() -> QuerySet[ConsentSubject]:
    return ConsentSubject.objects.filter(photo=OuterRef("pk"))


def _agreed(scopes: Collection[str]) -> Coalesce:
    return Coalesce(is_in_force("pk", list(scopes)), False)


def _ended() -> Coalesce:
    return Coalesce(is_refused_or_ended("pk"), False)


def _without_answer() -> QuerySet[Invitation]:
    """Asked in vain: the question has ended, and nobody said no."""
    return Invitation.objects.filter(
        photo=OuterRef("photo"), participant=OuterRef("participant"), state=InvitationState.LAPSED
    )


def _own_word(scopes: Collection[str]) -> QuerySet[ConsentSubject]:
    subjects = ConsentSubject.objects.filter(photo=OuterRef("photo"), participant=OuterRef("invitation__participant"))
    return subjects.filter(_agreed(scopes))
