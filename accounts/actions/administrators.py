"""Who may act on somebody else's entry: an administrator, one at a time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from accounts.refusals import NeedsAnother, NotAdministrator, NotYourself


def lock_another(person: User, by: User) -> None:
    """As `lock_administrators`, and for somebody else's entry alone. Raises NotYourself or NotAdministrator."""
    if person.pk == by.pk:
        raise NotYourself(gettext("Ask another administrator: nobody changes their own entry."))
    lock_administrators(by)


def lock_administrators(by: User) -> None:
    """Two administrators who shut each other out at the same moment take turns, so that one always remains.

    Raises NotAdministrator.
    """
    administrators = User.objects.select_for_update(of=("self",)).filter(is_active=True, groups__name="administrator")
    if by.pk not in [person.pk for person in administrators.order_by("pk")]:
        raise NotAdministrator(gettext("You are no longer an administrator."))


def check_is_another(by: User, *, than: object) -> None:
    """Raise NeedsAnother where the id `than` of who asked is the id of who would agree."""
    if by.pk == than:
        raise NeedsAnother(gettext("Another administrator must agree to this."))


def still_asked() -> datetime:
    """What was asked for before this moment has lapsed."""
    return timezone.now() - timedelta(hours=settings.INVITATION_HOURS)


def groups_of(roles: Iterable[str]) -> QuerySet[Group]:
    """The groups that stand for these roles."""
    return Group.objects.filter(name__in=roles)
