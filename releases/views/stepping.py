"""One step of a release: with a fresh second factor, or a word on why it was refused."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.permissions import asked_again
from releases import actions, permissions
from releases.models import Release
from releases.transitions import TransitionNotAllowed

log = logging.getLogger(__name__)
REFUSALS = {
    "empty": _("No photo is eligible for this release. Nothing was frozen."),
    "another_open": _("Another release for this audience is being made. Publish it or give it up first."),
    "same_person": _("This takes two people: another curator has to do it."),
    "withdrawn": _("A photo in this release left since. It has to be built again without it."),
    "held": _(
        "Photos in it are held for now, by screening or by an open question. It waits until they are free again."
    ),
    "closed": _(
        "No photo can be used just now: screening has to catch up, or the log to be replayed. It waits until then."
    ),
    "unwritten": _("A file of this release is destroyed. It has to be built again."),
    "read_again": _("A photo in this release was read anew since. Give it up and draft it again."),
    "small_batch": _("So few photos left since the last release that this one would point at them. It has to wait."),
    "asked_already": _("Somebody has asked for this already."),
    "notices_lost": _(
        "Withdrawal notices that holders already have are missing here since a backup was restored. Ask whoever runs"
        " the site to put them back."
    ),
    "changed": _("The reason has changed since you opened the page. Read it again."),
    "not_asked": _("Nobody asks any more to take this release back. Nothing changed."),
}
MOVED_ON = _("The release has moved on meanwhile. Nothing changed.")


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody is asked before a step that cannot be undone; `seen` is sent on as it came."""

    title: str | Promise
    texts: tuple[str | Promise, ...]
    button: str | Promise


def asked_to_confirm(request: HttpRequest, question: Question, back: str) -> HttpResponse | None:
    """The page that asks before the step, with the way `back`; None once its own button was pressed."""
    if "confirm" in request.POST:
        return None
    context = {"question": question, "back": back, "seen": request.POST.get("seen", "")}
    return render(request, "releases/confirm.html", context)


def step(
    request: HttpRequest,
    release_id: UUID,
    take: Callable[[UUID], object],
    ask: Callable[[Release], Question] | None = None,
) -> HttpResponse:
    """Let a curator with a fresh second factor take one step; the release's page says it if that is refused.

    `take` is given the curator's id. With `ask` the step is taken only once its question was confirmed.
    """
    me = permissions.check_can_curate(request.user)
    page = reverse("releases:release_show", args=[release_id])
    if again := asked_again(request, page):
        return again
    release = get_object_or_404(Release, pk=release_id)
    if ask and (question := asked_to_confirm(request, ask(release), page)):
        return question
    try:
        take(me)
    except actions.ReleaseNotPossible as refusal:
        log.warning("Staff member %s was refused a step of a release: %s.", me, refusal.code)
        messages.error(request, REFUSALS[refusal.code])
    except TransitionNotAllowed:
        messages.error(request, MOVED_ON)
    return redirect(page)
