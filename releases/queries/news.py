"""What this room tells the public (settings.PUBLIC_NEWS): updates, and the versions that were given out."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language

from contributions.queries import PublicNews, ReleaseNews, UpdateNews
from releases.few import is_few
from releases.models import Release
from releases.queries.updating import PublicUpdate, public_updates
from releases.queries.versions import version_name, version_url
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
    rows = shown.order_by("-published_at")
    return [
        ReleaseNews(
            version_name(audience, number), at.date(), None if is_few(photos) else photos, version_url(audience, number)
        )
        for audience, number, at, photos in rows.values_list("audience", "number", "published_at", "photos")
        if at is not None
    ]
