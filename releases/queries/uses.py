"""The registry of uses, for curators and for the people whose photos were used."""

from django.db.models import QuerySet

from releases.models import Recipient, Release, Use
from releases.transitions import GIVEN_OUT


def uses() -> QuerySet[Use]:
    """Every use that stands in the registry, newest first."""
    standing = Use.objects.filter(ended_at__isnull=True)
    return standing.select_related("release", "recipient", "told_by").order_by("-told_at", "pk")


def releases_given_out() -> QuerySet[Release]:
    """The releases that somebody outside may hold or have held, newest first."""
    return Release.objects.filter(state__in=GIVEN_OUT).order_by("-published_at")


def users() -> QuerySet[Recipient]:
    """Who may have used a release: every recipient that was ever approved, by name."""
    return Recipient.objects.filter(approved_at__isnull=False).order_by("institution", "pk")
