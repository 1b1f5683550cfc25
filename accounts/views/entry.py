"""The way in: invitation, start page, confirming once more, and the demonstration's buttons."""

import uuid
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts import actions, demo, queries
from accounts.forms import JoinForm
from accounts.models import Invitation
from accounts.permissions import signed_in
from accounts.signing_in import enrol_invented
from accounts.signing_out import leave
from accounts.tokens import token_hash
from audit.permissions import is_fresh

INVITATION = "invitation"


@require_GET
def staff_home(request: HttpRequest) -> HttpResponse:
    """What the person's roles offer, and what waits for them there."""
    person = signed_in(request)
    context = {"urgent": queries.urgent_for(person), "pages": list(queries.waiting_for(person))}
    return render(request, "accounts/staff_home.html", context)


@require_GET
def join_open(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail: keep the invitation's id in the session and lose the token from the address."""
    found = Invitation.objects.working().filter(token_hash=token_hash(token)).first()
    request.session.pop(INVITATION, None)
    if found:
        request.session[INVITATION] = str(found.id)
    return redirect("accounts:join")


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Set a name and a password, then go on to the second factor."""
    found = _invitation(request)
    if found is None:
        return render(request, "accounts/join_stale.html", status=410)
    form = JoinForm(
        request.POST or None, email=found.email, initial={"name": found.renews.name if found.renews else ""}
    )
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.join(
                invitation=found.id, name=form.cleaned_data["name"], password=form.cleaned_data["password"]
            )
        except actions.InvitationNotValid:
            return render(request, "accounts/join_stale.html", status=410)
        logout(request)
        get_adapter(request).login(request, person)
        record_authentication(request, person, method="password", reauthenticated=True)
        return redirect("mfa_index")
    return render(request, "accounts/join.html", {"form": form, "invitation": found})


@require_GET
def step_up(request: HttpRequest) -> HttpResponse:
    """Confirm with the second factor once more, then go to the address in `next`."""
    then = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(then, allowed_hosts=None):
        then = reverse("accounts:staff_home")
    if is_fresh(request):
        return redirect(then)
    ways = {way["id"]: way["url"] for way in get_adapter(request).get_reauthentication_methods(signed_in(request))}
    url = ways.get("mfa_reauthenticate:webauthn") or ways["mfa_reauthenticate"]
    return redirect(f"{url}?{urlencode({'next': then})}")


@require_http_methods(["GET", "POST"])
def demo_page(request: HttpRequest) -> HttpResponse:
    """One button for each invented person; pressing it signs in as that person, as if with a second factor."""
    if not demo.is_allowed(request):
        raise Http404
    if request.method == "GET":
        return render(request, "accounts/demo.html", {"cast": demo.CAST, "inbox_url": settings.INBOX_URL})
    invented = demo.invented(request.POST.get("person", ""))
    if invented is None:
        raise Http404
    person = enrol_invented(invented)
    leave(request.user)
    logout(request)
    record_authentication(request, person, method="mfa", type="demo", reauthenticated=True)
    get_adapter(request).login(request, person)
    return redirect("accounts:staff_home")


def _invitation(request: HttpRequest) -> Invitation | None:
    key = request.session.get(INVITATION)
    return Invitation.objects.working().filter(pk=uuid.UUID(key)).first() if key else None
