"""Which photos may be used, for what, and on whose word: computed from the consent at every question, never stored."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from consent.models import Scope
from consent.queries import in_force
from contributions.models import UNDER_WAY, Basis, ConsentSubject, Person, Photo, Withdrawal
from contributions.transitions import PhotoState

# Scopes that every person shown must have agreed to in their own name.
OWN_WORD_ONLY = frozenset({Scope.SHARING, Scope.ILLUSTRATION})


def in_use(*, scopes: Collection[str] = (Scope.RESEARCH,)) -> QuerySet[Photo]:
    """Photos that are ready, with consent for all `scopes` in force for everyone asked, and not on their way out."""
    asked = ConsentSubject.objects.filter(photo=OuterRef("pk"))
    missing = asked.filter(~Exists(in_force(list(scopes)).filter(subject=OuterRef("pk"))))
    return Photo.objects.filter(Exists(asked), ~Exists(missing), ~Exists(open_withdrawals()), state=PhotoState.READY)


def open_withdrawals(photo_column: str = "pk") -> QuerySet[Withdrawal]:
    """Withdrawals under way of the photo that the outer query's column names."""
    return Withdrawal.objects.filter(UNDER_WAY, photo=OuterRef(photo_column))


def bases_of(photo_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """The bases of the people marked in each photo; an empty set where nobody is marked."""
    found: dict[UUID, set[str]] = {photo_id: set() for photo_id in photo_ids}
    for photo_id, basis in Person.objects.filter(photo__in=photo_ids).values_list("photo_id", "basis"):
        found[photo_id].add(basis)
    return {photo_id: frozenset(bases) for photo_id, bases in found.items()}


def allowed_scopes(photo_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """What can be agreed to for each photo: more than research only where everyone shown speaks for themselves."""
    everything = frozenset(Scope.values)
    return {
        photo_id: everything if bases <= {Basis.SELF} else everything - OWN_WORD_ONLY
        for photo_id, bases in bases_of(photo_ids).items()
    }
