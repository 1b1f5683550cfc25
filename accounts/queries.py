"""What the administrator's pages and the navigation show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.factors import FACTORS
from accounts.models import Invitation, SignInReset, User


@dataclass(frozen=True, slots=True)
class Page:
    """One thing that a role offers, for the start page and the navigation."""

    label: str
    url: str
    description: str


def pages_of(person: User) -> Iterator[Page]:
    """What settings.STAFF_PAGES offers to the person's roles, in that order, each address once."""
    seen = set()
    for role, label, url_name, description in settings.STAFF_PAGES:
        if role in person.roles and (url := reverse(url_name)) not in seen:
            seen.add(url)
            yield Page(str(label), url, str(description))


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
    return Invitation.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=timezone.now()).prefetch_related(
        "groups"
    )


def open_reset(person: User) -> SignInReset | None:
    """The newest reset that was asked for the person and can still be agreed to."""
    since = timezone.now() - timedelta(hours=settings.INVITATION_HOURS)
    return person.sign_in_resets.filter(approved_at=None, asked_at__gte=since).first()
