"""One's own sign-ins: when, by what, roughly from which device; which of them are open, and ending them."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts import actions, queries
from accounts.permissions import signed_in
from accounts.views.keeping import keep_session
from audit.permissions import asked_again

PAGE = "accounts:sign_ins"


@require_GET
def sign_ins(request: HttpRequest) -> HttpResponse:
    """The list, with buttons where something is open."""
    person = signed_in(request)
    shown = queries.sign_ins(person, this=request.session.session_key)
    context = {
        "shown": shown,
        "others": sum(one.is_open and not one.is_this for one in shown),
        "changes": queries.changes(person),
        "days_kept": settings.SIGN_INS_DAYS,
    }
    return render(request, "accounts/sign_ins.html", context)


@require_POST
def sign_ins_end(request: HttpRequest) -> HttpResponse:
    """End all sessions but this one."""
    person = signed_in(request)
    if again := asked_again(request, reverse(PAGE)):
        return again
    with transaction.atomic():
        actions.end_other_sessions(person=person, keep=request.session.session_key)
        keep_session(request, person)
    messages.success(request, gettext("Everywhere else you are signed out now."))
    return redirect(PAGE)


@require_POST
def sign_in_end(request: HttpRequest, sign_in: UUID) -> HttpResponse:
    """End one session; where it is not there any more, nothing happens."""
    person = signed_in(request)
    if again := asked_again(request, reverse(PAGE)):
        return again
    if actions.end_sessions(person=person, sign_ins=[sign_in]):
        messages.success(request, gettext("That session is ended."))
    else:
        messages.info(request, gettext("That session had ended before."))
    return redirect(PAGE)
