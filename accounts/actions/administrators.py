"""Who may act on somebody else's entry: an administrator, one at a time."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils.translation import gettext

from accounts.models import User
from accounts.refusals import NeedsAnother, NotAdministrator, NothingToApprove, NotYourself


def lock_another(person: User, by: User) -> None:
    """As `lock_administrators`, and for somebody else's entry alone. Raises NotYourself or NotAdministrator."""
    if person.pk == by.pk:
        raise NotYourself(gettext("Ask another administrator: nobody changes their own entry."))
    lock_administrators(by)


def lock_administrators(by: User) -> None:
    """Two administrators who shut each other out at the same moment take turns, so that one always remains.

    Raises NotAdministrator.
    """
    administrators = User.objects.administrators().select_for_update(of=("self",)).order_by("pk")
    if by.pk not in [person.pk for person in administrators]:
        raise NotAdministrator(gettext("You are no longer an administrator."))


def check_asked_by_another(by: User, *, asker: UUID | None) -> None:
    """Raise NeedsAnother where who asked would agree, too, and NothingToApprove where who asked may no longer ask."""
    if by.pk == asker:
        raise NeedsAnother(gettext("Another administrator must agree to this."))
    if asker is None or not User.objects.administrators().filter(pk=asker).exists():
        raise NothingToApprove(gettext("Who asked for this is no longer an administrator. Nothing changed."))


def held_now(person: User) -> set[str]:
    """The roles that the person holds by the database; a person who was loaded before may have had others."""
    return set(person.groups.values_list("name", flat=True))


def groups_of(roles: Iterable[str]) -> QuerySet[Group]:
    """The groups that stand for these roles."""
    return Group.objects.filter(name__in=roles)
