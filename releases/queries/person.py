"""Where one person's photos went, for that person's own page (settings.PERSON_PANELS)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from contributions.models import ConsentSubject
from contributions.queries import PersonPanel, PhotosWent, WhatFor
from releases.models import Release, Use
from releases.queries.items import given_out
from releases.queries.uses import uses
from releases.queries.versions import version_name, version_url
from releases.transitions import GIVEN_OUT, ReleaseState


def person_panel(participant: UUID) -> PersonPanel | None:
    """The versions that this person's photos were given out in, newest first; None where there is none.

    A photo that left since stands there as it did: why one left is told by its own card or by nobody.
    """
    photos = _photos_by_release(participant)
    rows = Release.objects.filter(pk__in=photos, state__in=GIVEN_OUT).order_by("-published_at")
    in_use = _in_use()
    used = _uses_by_release(uses().filter(release__in=photos).order_by("told_at", "pk"))
    entries = [
        PhotosWent(
            name=version_name(row.audience, row.number),
            url=version_url(row.audience, row.number),
            day=row.published_at.date(),
            standing=_standing(row, in_use),
            photos=frozenset(photos[row.pk]),
            used=tuple(used[row.pk]),
        )
        for row in rows
        if row.published_at is not None
    ]
    return PersonPanel(title=_("Where your photos went"), entries=tuple(entries)) if entries else None


def _photos_by_release(participant: UUID) -> dict[UUID, list[UUID]]:
    own = ConsentSubject.objects.filter(participant=participant).values("photo")
    items = given_out().filter(public_id__photo__in=own)
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for release, photo in items.values_list("release", "public_id__photo"):
        found[release].append(photo)
    return found


def _uses_by_release(rows: Iterable[Use]) -> dict[UUID, list[WhatFor]]:
    found: dict[UUID, list[WhatFor]] = defaultdict(list)
    for use in rows:
        found[use.release_id].append(
            WhatFor(what=use.project, who=use.recipient.institution, made=use.model, report=use.report)
        )
    return found


def _in_use() -> dict[str, int]:
    """The number of each audience's version that is handed out."""
    return dict(Release.objects.filter(state=ReleaseState.PUBLISHED).values_list("audience", "number"))


def _standing(release: Release, in_use: Mapping[str, int]) -> str:
    if release.state == ReleaseState.RETRACTED:
        return _("We took this version back. Everybody who has it has to delete it.")
    if release.state == ReleaseState.SUPERSEDED and release.audience in in_use:
        return _("A newer version has taken its place.")
    if release.state == ReleaseState.SUPERSEDED:
        return _("We do not hand this version out any more.")
    return ""
