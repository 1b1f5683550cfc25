"""What this room tells the public (settings.PUBLIC_NEWS): updates, and the versions that were given out."""

from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contributions.queries import PublicNews, ReleaseNews, UpdateNews
from releases.models import Audience, Release
from releases.queries.updating import PublicUpdate, public_updates
from releases.transitions import ReleaseState


def public_news() -> PublicNews:
    """Approved updates, and releases that were published and not retracted, newest first."""
    page = reverse("releases:updates")
    return PublicNews(
        updates=[UpdateNews(_title(one), one.day, f"{page}#{one.anchor}") for one in public_updates()],
        releases=_releases(),
    )


def _title(update: PublicUpdate) -> str:
    if update.language == get_language():
        return update.title
    return format_html('<span lang="{}">{}</span>', update.language, update.title)


def _releases() -> list[ReleaseNews]:
    """With the number of photos at publishing: how many were withdrawn since is nobody's to count."""
    shown = Release.objects.filter(
        state__in=[ReleaseState.PUBLISHED, ReleaseState.SUPERSEDED], published_at__isnull=False
    )
    rows = shown.annotate(photos=Count("items")).order_by("-published_at")
    return [
        ReleaseNews(_name(audience, number), at.date(), photos)
        for audience, number, at, photos in rows.values_list("audience", "number", "published_at", "photos")
        if at is not None
    ]


def _name(audience: str, number: int) -> str:
    words = {
        Audience.OWN: _("Version %(number)d, for our own research"),
        Audience.PARTNERS: _("Version %(number)d, for partner institutions"),
    }
    return words[Audience(audience)] % {"number": number}
