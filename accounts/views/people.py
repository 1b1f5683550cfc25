"""The administrator's pages: who is on the staff, with which roles, and who is invited."""

import logging
import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts import actions, queries
from accounts.forms import InviteForm, RolesForm
from accounts.models import Invitation, User
from accounts.permissions import administrator_only, signed_in
from accounts.roles import DECIDE_IN_TWOS, RolesRefused

log = logging.getLogger(__name__)


@require_GET
@administrator_only
def people(request: HttpRequest) -> HttpResponse:
    """Everyone, open invitations, and the form to invite."""
    return _people(request, InviteForm())


@require_POST
@administrator_only
def invite(request: HttpRequest) -> HttpResponse:
    """Invite an address."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _people(request, form)
    try:
        invitation = actions.invite(
            email=form.cleaned_data["email"], roles=form.cleaned_data["roles"], by=signed_in(request)
        )
    except actions.Refused as refusal:
        form.add_error("email", str(refusal))
        return _people(request, form)
    messages.success(request, _asked_or(invitation.needs_approval, gettext("The invitation is on its way.")))
    return redirect("accounts:people")


@require_POST
@administrator_only
def invitation_approve(request: HttpRequest, invitation: uuid.UUID) -> HttpResponse:
    """Agree to an invitation that another administrator asked for."""
    row = get_object_or_404(Invitation, pk=invitation)
    return _do(
        request, lambda by: actions.approve_invitation(invitation=row, by=by), gettext("The invitation is on its way.")
    )


@require_POST
@administrator_only
def invitation_withdraw(request: HttpRequest, invitation: uuid.UUID) -> HttpResponse:
    """Make an invitation useless."""
    row = get_object_or_404(Invitation, pk=invitation)
    return _do(
        request, lambda by: actions.withdraw_invitation(invitation=row, by=by), gettext("The link no longer works.")
    )


@require_GET
@administrator_only
def person(request: HttpRequest, person: uuid.UUID) -> HttpResponse:
    """One person: roles, state, and reset of the sign-in."""
    found = get_object_or_404(queries.people(), pk=person)
    return render(
        request,
        "accounts/person.html",
        {
            "person": found,
            "form": RolesForm(initial={"roles": sorted(found.roles)}),
            "reset": queries.open_reset(found),
            "asked": queries.open_roles(found),
            "has_second": queries.is_there_a_second(signed_in(request)),
            "is_self": found.pk == signed_in(request).pk,
            "decides_in_twos": not DECIDE_IN_TWOS.isdisjoint(found.roles),
        },
    )


@require_POST
@administrator_only
def roles_change(request: HttpRequest, person: uuid.UUID) -> HttpResponse:
    """Give the person other roles, or ask for them where that takes a second administrator."""
    found, roles = get_object_or_404(User, pk=person), request.POST.getlist("roles")
    return _do(
        request,
        lambda by: actions.change_roles(person=found, roles=roles, by=by) is not None,
        gettext("The roles are changed."),
        found,
    )


@require_POST
@administrator_only
def roles_approve(request: HttpRequest, person: uuid.UUID, asked: uuid.UUID) -> HttpResponse:
    """Agree to the roles that another administrator asked for."""
    found = get_object_or_404(User, pk=person)
    return _do(
        request,
        lambda by: actions.approve_roles(request=asked, person=found, by=by),
        gettext("The roles are changed."),
        found,
    )


@require_POST
@administrator_only
def roles_drop(request: HttpRequest, person: uuid.UUID, asked: uuid.UUID) -> HttpResponse:
    """Set aside the roles that were asked for."""
    found = get_object_or_404(User, pk=person)
    return _do(
        request,
        lambda by: actions.drop_roles(request=asked, person=found, by=by),
        gettext("It is set aside. The roles stay as they are."),
        found,
    )


@require_POST
@administrator_only
def deactivate(request: HttpRequest, person: uuid.UUID) -> HttpResponse:
    """Shut the person out."""
    found = get_object_or_404(User, pk=person)
    return _do(
        request,
        lambda by: actions.deactivate(person=found, by=by),
        gettext("This person can no longer sign in."),
        found,
    )


@require_POST
@administrator_only
def reactivate(request: HttpRequest, person: uuid.UUID) -> HttpResponse:
    """Let the person in again, or ask for it where that takes a second administrator."""
    found = get_object_or_404(User, pk=person)
    return _do(
        request,
        lambda by: actions.reactivate(person=found, by=by) is not None,
        gettext("This person can sign in again."),
        found,
    )


@require_POST
@administrator_only
def reset_ask(request: HttpRequest, person: uuid.UUID) -> HttpResponse:
    """Ask another administrator to reset the person's sign-in."""
    found = get_object_or_404(User, pk=person)
    return _do(
        request,
        lambda by: actions.ask_reset(person=found, by=by),
        gettext("Another administrator must agree now."),
        found,
    )


@require_POST
@administrator_only
def reset_approve(request: HttpRequest, person: uuid.UUID) -> HttpResponse:
    """Agree to a reset that another administrator asked for, or that somebody comes back by one."""
    found = get_object_or_404(User, pk=person)
    done = gettext("The old password and second factors are gone. A new invitation is on its way.")
    return _do(request, lambda by: actions.approve_reset(person=found, by=by), done, found)


def _people(request: HttpRequest, form: InviteForm) -> HttpResponse:
    status = 400 if form.errors else 200
    context = {
        "form": form,
        "people": queries.people(),
        "invitations": queries.open_invitations(),
        "waiting": queries.waiting_invitations(),
        "waiting_roles": queries.waiting_roles(),
        "waiting_resets": queries.waiting_resets(),
        "has_second": queries.is_there_a_second(signed_in(request)),
    }
    return render(request, "accounts/people.html", context, status=status)


def _do(request: HttpRequest, action: Callable[[User], object], done: str, about: User | None = None) -> HttpResponse:
    """Call the action, say what became of it, and go back to where the button stands.

    An action that answers True only asked for it: a second administrator has to agree.
    """
    me = signed_in(request)
    try:
        answer = action(me)
    except (actions.Refused, RolesRefused) as refusal:
        log.warning("Staff member %s was refused: %s.", me.pk, type(refusal).__name__)
        messages.error(request, str(refusal))
    else:
        messages.success(request, _asked_or(answer is True, done))
    return redirect("accounts:person", about.pk) if about else redirect("accounts:people")


def _asked_or(is_asked: bool, done: str) -> str:
    return gettext("Another administrator must agree now.") if is_asked else done
