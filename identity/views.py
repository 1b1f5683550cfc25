"""Doors that a mail carries, and asking for a new one. Opening a door changes nothing but the session."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotFound
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from identity.actions import (
    LinkExpired,
    TooMany,
    check_replayed,
    request_manage_link,
    stop_reminders,
    stop_updates,
)
from identity.actions.links import digest_of
from identity.forms import AddressForm, RemindersForm, StoppingForm, UpdatesForm
from identity.models import Link
from identity.queries import OPENED_LINK, live_link, live_link_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ASKED = "asked"
NO_LINK = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Stoppable:
    """Mails that one click stops: by which links, how, and what is said then."""

    action: Link.Action
    stop: Callable[..., None]
    form: type[StoppingForm]
    stopped: "StrOrPromise"


REMINDERS = Stoppable(Link.Action.REMINDERS, stop_reminders, RemindersForm, gettext_lazy("Reminders are stopped"))
UPDATES = Stoppable(Link.Action.UPDATES, stop_updates, UpdatesForm, gettext_lazy("We send you no more news"))


@require_safe
def link_open(request: HttpRequest, token: str) -> HttpResponse:
    """Remember which link was opened (its row id, never its token) and lead to an address without the token.

    Raises NotReplayed: whom a restored database knows may be deleted.
    """
    check_replayed()
    link = live_link_of(digest_of(token))
    if link is None:
        response = redirect("identity:link_stale")
    else:
        if request.method == "GET":
            _remember(request, link)
        response = redirect(settings.LINK_PAGES[link.action])
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def link_stale(request: HttpRequest) -> HttpResponse:
    """Say that a link opens nothing any more, and where to get a new one."""
    return render(request, "identity/link_stale.html")


@require_http_methods(["GET", "HEAD", "POST"])
def link_request(request: HttpRequest) -> HttpResponse:
    """Ask for a fresh link by typing the address; the answer is the same whether we know it or not."""
    if request.method != "POST":
        template = "identity/link_asked.html" if ASKED in request.GET else "identity/link_request.html"
        return render(request, template, {"form": AddressForm()})
    form = AddressForm(request.POST)
    if not form.is_valid():
        return render(request, "identity/link_request.html", {"form": form}, status=400)
    try:
        request_manage_link(
            address=form.cleaned_data["email"], client=request.META["REMOTE_ADDR"], language=get_language() or "en"
        )
    except TooMany as refusal:
        form.add_error(None, _too_many(refusal))
        return render(request, "identity/link_request.html", {"form": form}, status=429)
    return redirect(f"{request.path}?{ASKED}")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def reminders_link(request: HttpRequest, token: str) -> HttpResponse:
    """The address in a reminder's mail and in its List-Unsubscribe."""
    return _stop_at_once(request, token, REMINDERS)


@require_http_methods(["GET", "HEAD", "POST"])
def reminders_stop(request: HttpRequest) -> HttpResponse:
    """Choose whether to stop reminders; bound to the opened link. Changes nothing else."""
    return _stop_by_choice(request, REMINDERS)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def updates_link(request: HttpRequest, token: str) -> HttpResponse:
    """The address in an update's mail and in its List-Unsubscribe."""
    return _stop_at_once(request, token, UPDATES)


@require_http_methods(["GET", "HEAD", "POST"])
def updates_stop(request: HttpRequest) -> HttpResponse:
    """Choose whether to stop updates; bound to the opened link. Changes nothing else."""
    return _stop_by_choice(request, UPDATES)


def _stop_at_once(request: HttpRequest, token: str, mails: Stoppable) -> HttpResponse:
    """Opened, the address leads to a page, as links do.

    A mail program's one click (RFC 8058) is a POST with exactly this body; it carries no cookie and no secret of a
    form, is never redirected or given any, and stops these mails at once.
    """
    if request.method != "POST":
        return link_open(request, token)
    if request.POST.get("List-Unsubscribe") != "One-Click":
        return HttpResponseBadRequest()
    link = live_link_of(digest_of(token))
    try:
        mails.stop(link=link.pk if link else UUID(NO_LINK))
    except LinkExpired:
        return HttpResponseNotFound(_("This link cannot be used"), content_type="text/plain")
    return HttpResponse(str(mails.stopped), content_type="text/plain")


def _stop_by_choice(request: HttpRequest, mails: Stoppable) -> HttpResponse:
    link = live_link(request.session.get(OPENED_LINK, NO_LINK), mails.action)
    if link is None:
        return redirect("identity:link_stale")
    form = mails.form(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 400 if form.is_bound else 200
        return render(request, f"identity/{mails.action}_stop.html", {"form": form}, status=status)
    if not form.stops:
        return render(request, f"identity/{mails.action}_go_on.html")
    mails.stop(link=link.pk)
    return render(request, f"identity/{mails.action}_stopped.html")


def _remember(request: HttpRequest, link: Link) -> None:
    """Bind the session to a link, under a new key where it speaks for anybody already: no two people share one."""
    if not request.session.is_empty() and request.session.get(OPENED_LINK) != str(link.pk):
        request.session.cycle_key()
    request.session[OPENED_LINK] = str(link.pk)


def _too_many(refusal: TooMany) -> str:
    return _(
        "A link was asked for as often as we allow. Look in your mail, also in the spam folder, or try again in "
        "%(hours)s hours. Your withdrawal code works at any time."
    ) % {"hours": refusal.hours}
