"""What every page may say about the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001 -- the signature of a context processor
    """campaign: name, institution, ethics, contact, goal; demo: whether this is a demonstration; times promised."""
    return {
        "campaign": settings.CAMPAIGN,
        "demo": settings.DEMO,
        "erased_within_hours": settings.ERASED_WITHIN_HOURS,
        "link_hours": settings.LINK_HOURS,
        "unverified_days": settings.UNVERIFIED_DAYS,
    }
