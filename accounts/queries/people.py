"""What the administrator's pages show: people, invitations, and what waits for a second administrator."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.factors import FACTORS
from accounts.models import Invitation, RolesRequest, SignInReset, User


def people() -> QuerySet[User]:
    """Everyone, active ones first, with `has_factor`: whether a second factor is set up."""
    factors = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=FACTORS)
    return (
        User.objects.annotate(has_factor=Exists(factors))
        .prefetch_related("groups")
        .order_by("-is_active", "name", "id")
    )


def open_invitations() -> QuerySet[Invitation]:
    """Invitations whose link still works, newest first."""
    return Invitation.objects.working().select_related("invited_by").prefetch_related("groups")


def waiting_invitations() -> QuerySet[Invitation]:
    """Invitations that a second administrator has to agree to, newest first."""
    return Invitation.objects.waiting().select_related("invited_by").prefetch_related("groups")


def waiting_roles() -> QuerySet[RolesRequest]:
    """Roles that a second administrator has to agree to, newest first."""
    return RolesRequest.objects.open().select_related("person", "asked_by").prefetch_related("groups")


def open_roles(person: User) -> RolesRequest | None:
    """The roles that were asked for the person and can still be agreed to."""
    return waiting_roles().filter(person=person).first()


def waiting_resets() -> QuerySet[SignInReset]:
    """Resets that a second administrator has to agree to, newest first."""
    return SignInReset.objects.open().select_related("person", "asked_by")


def open_reset(person: User) -> SignInReset | None:
    """The newest reset that was asked for the person and can still be agreed to."""
    return waiting_resets().filter(person=person).first()


def is_there_a_second(administrator: User) -> bool:
    """Whether anybody else could agree to what this administrator asks for."""
    return User.objects.administrators().exclude(pk=administrator.pk).exists()


def tasks_for(staff_id: UUID) -> list[tuple[str, str]]:
    """What waits for this administrator to agree to, because another one asked: (words, address)."""
    number = sum(
        rows.count()
        for rows in (
            waiting_invitations().exclude(invited_by=staff_id),
            waiting_roles().exclude(asked_by=staff_id).exclude(person=staff_id),
            waiting_resets().exclude(asked_by=staff_id).exclude(person=staff_id),
        )
    )
    if not number:
        return []
    words = ngettext("%(number)d entry to agree to", "%(number)d entries to agree to", number)
    return [(words % {"number": number}, reverse("accounts:people"))]
