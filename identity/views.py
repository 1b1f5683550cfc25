"""Doors that a mail carries, and asking for a new one. Opening a door changes nothing but the session."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from identity.actions import TooMany, request_manage_link
from identity.actions.links import digest_of
from identity.forms import AddressForm
from identity.queries import OPENED_LINK, live_link_of

ASKED = "asked"


@require_safe
def link_open(request: HttpRequest, token: str) -> HttpResponse:
    """Remember which link was opened (its row id, never its token) and lead to an address without the token."""
    link = live_link_of(digest_of(token))
    if link is None:
        response = redirect("identity:link_stale")
    else:
        if request.method == "GET":
            request.session[OPENED_LINK] = str(link.pk)
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


def _too_many(refusal: TooMany) -> str:
    return _(
        "A link was asked for as often as we allow. Look in your mail, also in the spam folder, or try again in "
        "%(hours)s hours. Your withdrawal code works at any time."
    ) % {"hours": refusal.hours}
