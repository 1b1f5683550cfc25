"""What waits for one curator, and what a release that is not published really waits for."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from releases.eligibility import changed
from releases.models import Recipient, Release
from releases.queries.building import is_parked, is_written
from releases.queries.feed import publishable_from
from releases.transitions import ReleaseState

OPEN = (ReleaseState.DRAFT, ReleaseState.FROZEN, ReleaseState.BUILT)
TONES = {
    ReleaseState.PUBLISHED: "good",
    ReleaseState.SUPERSEDED: "neutral",
    ReleaseState.RETRACTED: "danger",
    ReleaseState.ABORTED: "danger",
}


class Task(NamedTuple):
    """One thing that waits for a curator: what, in words, and the page where it is done."""

    words: str
    url: str


class Badge(NamedTuple):
    """What a release's tag says, and the tag's state."""

    words: str
    tone: str


def tasks_for(staff_id: UUID) -> list[Task]:
    """What this curator can do next: what takes a second person who is not the first, and what workers put aside.

    The gate is not asked: a built release may still be found changed on its own page.
    """
    releases = Release.objects.filter(Q(state__in=OPEN) | _asked_back()).order_by("drafted_at")
    tasks = [
        Task(words, reverse("releases:release_show", args=[release.pk]))
        for release in releases
        if (words := _task(release, staff_id))
    ]
    waiting = Recipient.objects.filter(
        approved_at__isnull=True, ended_at__isnull=True, agreement_until__gte=timezone.now().date()
    ).exclude(entered_by=staff_id)
    tasks += [
        Task(
            _("Recipient %(name)s: approve it") % {"name": one.institution},
            reverse("releases:recipient_show", args=[one.pk]),
        )
        for one in waiting.order_by("entered_at")
    ]
    return tasks


def _task(release: Release, me: UUID) -> str:
    """What this curator can do with a release, in words; "" for nothing."""
    words = {"number": release.number, "audience": release.get_audience_display()}
    if release.state == ReleaseState.DRAFT and release.drafted_by_id != me:
        return _("Release %(number)d, for %(audience)s: freeze it") % words
    if release.state == ReleaseState.FROZEN and is_parked(release):
        return _("Release %(number)d, for %(audience)s: building failed, let the workers try again") % words
    if release.state == ReleaseState.BUILT and release.frozen_by_id != me and publishable_from(release) is None:
        return _("Release %(number)d, for %(audience)s: look at it, then publish it") % words
    if release.state not in OPEN and release.retraction_asked_by_id != me:
        return _("Release %(number)d, for %(audience)s: take it back, or decide to keep it") % words
    return ""


def _asked_back() -> Q:
    return Q(retraction_asked_at__isnull=False, retracted_at__isnull=True)


def hindrance(release: Release) -> str:
    """Why a release waits, or cannot be published as it is; "" where it can, or that is not the question.

    A code of eligibility.changed, "unwritten" when a file of it is destroyed, or "small_batch" when what it lacks would
    point at few photos. Asks the gate about every photo of a release that is being built, or built.
    """
    if release.state == ReleaseState.BUILT:
        found = changed(release) or ("" if is_written(release) else "unwritten")
        return found or ("small_batch" if publishable_from(release) else "")
    if release.state != ReleaseState.FROZEN or is_parked(release):
        return ""
    found = changed(release)
    return found if found in {"closed", "held"} else ""


def badges(release: Release, code: str | None = None) -> list[Badge]:
    """What stands beside a release's name: its state, or what it really waits for.

    And, beside that, that somebody asks to take it back. `code` is what `hindrance` tells, where that was asked before.
    """
    code = hindrance(release) if code is None else code
    state = ReleaseState(release.state)
    found = [Badge(_waits(release, code) or str(state.label), TONES.get(state, "waiting"))]
    if state == ReleaseState.FROZEN and is_parked(release):
        found = [Badge(_("building failed"), "danger")]
    if release.retraction_asked_by and not release.retracted_at:
        asked = _("%(name)s asks to take it back") % {"name": release.retraction_asked_by.name}
        found.append(Badge(asked, "warning"))
    return found


def _waits(release: Release, code: str) -> str:
    if release.state == ReleaseState.FROZEN:
        return {"held": _("being built, waits for held photos"), "closed": _("being built, waits for screening")}.get(
            code, ""
        )
    if release.state != ReleaseState.BUILT:
        return ""
    if code == "small_batch" and (day := publishable_from(release)):
        return _("built, waits until %(day)s") % {"day": date_format(day, "j M Y")}
    return {
        "held": _("built, waits for held photos"),
        "closed": _("built, waits for screening"),
        "withdrawn": _("has to be built again"),
        "unwritten": _("has to be built again"),
        "read_again": _("has to be drafted again"),
    }.get(code, "")
