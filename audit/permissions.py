"""Who may read the log: auditors, and nobody else. Every room asks for its roles and for the second factor here."""

from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

AUDITOR_ROLE = "auditor"


class Visitor(Protocol):
    """Whoever sends a request: a staff person, or nobody known."""

    @property
    def is_active(self) -> bool:
        """Whether the person may sign in at all."""

    @property
    def pk(self) -> UUID | None:
        """The person's id; nobody known has none."""


def has_role(user: Visitor, role: str) -> bool:
    """Whether this person has a role, read once per loaded person: one taken away is gone with the next request."""
    # A visitor whom nobody knows has none.
    return user.is_active and role in getattr(user, "roles", ())


def id_in_role(user: Visitor, role: str) -> UUID:
    """The person's id; raises PermissionDenied unless the person has the role."""
    if user.pk is None or not has_role(user, role):
        raise PermissionDenied(f"This takes the role {role}.")
    return user.pk


def can_read_log(user: Visitor) -> bool:
    """Whether this person has the auditor's role."""
    return has_role(user, AUDITOR_ROLE)


def check_can_read_log(user: Visitor) -> None:
    """Raise PermissionDenied for everybody but an auditor."""
    if not can_read_log(user):
        raise PermissionDenied("Only auditors read the log.")


def is_fresh(request: HttpRequest) -> bool:
    """Whether the staff's middleware found a second factor of the last minutes."""
    return bool(getattr(request, "fresh_second_factor", False))


def asked_again(request: HttpRequest, page: str) -> HttpResponseRedirect | None:
    """Where to show the second factor again, when the last one is too old; then back to the address `page`."""
    if is_fresh(request):
        return None
    return HttpResponseRedirect(f"{reverse('accounts:step_up')}?{urlencode({'next': page})}")
