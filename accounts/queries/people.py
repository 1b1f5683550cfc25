"""What the administrator's pages show: people, invitations, and what waits for a second administrator."""

from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.factors import FACTORS
from accounts.models import Invitation, RolesRequest, SignInReset, User

WAITING = Q(needs_approval=True, approved_at=None)


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
    return _open_invitations().exclude(WAITING)


def waiting_invitations() -> QuerySet[Invitation]:
    """Invitations that a second administrator has to agree to, newest first."""
    return _open_invitations().filter(WAITING)


def waiting_roles() -> QuerySet[RolesRequest]:
    """Roles that a second administrator has to agree to, newest first."""
    return (
        RolesRequest.objects.filter(approved_at=None, withdrawn_at=None, asked_at__gte=_still_asked())
        .select_related("person", "asked_by")
        .prefetch_related("groups")
    )


def open_roles(person: User) -> RolesRequest | None:
    """The roles that were asked for the person and can still be agreed to."""
    return waiting_roles().filter(person=person).first()


def open_reset(person: User) -> SignInReset | None:
    """The newest reset that was asked for the person and can still be agreed to."""
    return person.sign_in_resets.filter(approved_at=None, asked_at__gte=_still_asked()).first()


def is_there_a_second(administrator: User) -> bool:
    """Whether anybody else could agree to what this administrator asks for."""
    return User.objects.filter(is_active=True, groups__name="administrator").exclude(pk=administrator.pk).exists()


def tasks_for(staff_id: UUID) -> list[tuple[str, str]]:
    """What waits for this administrator to agree to, because another one asked: (words, address)."""
    resets = SignInReset.objects.filter(approved_at=None, asked_at__gte=_still_asked())
    number = sum(
        rows.count()
        for rows in (
            waiting_invitations().exclude(invited_by=staff_id),
            waiting_roles().exclude(asked_by=staff_id).exclude(person=staff_id),
            resets.exclude(asked_by=staff_id).exclude(person=staff_id),
        )
    )
    if not number:
        return []
    words = ngettext("%(number)d entry to agree to", "%(number)d entries to agree to", number)
    return [(words % {"number": number}, reverse("accounts:people"))]


def _open_invitations() -> QuerySet[Invitation]:
    now = timezone.now()
    rows = Invitation.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=now)
    return rows.select_related("invited_by").prefetch_related("groups")


def _still_asked() -> datetime:
    return timezone.now() - timedelta(hours=settings.INVITATION_HOURS)
