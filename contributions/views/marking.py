"""Who is in a photo: marks, ages and who each person is. Only this browser's own sending is changed."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contributions import actions, ages
from contributions.forms import ALONE, OTHER, PersonForm, PlaceForm
from contributions.inviting_forms import InviteForm
from contributions.models import Basis, Contribution, Person
from contributions.transitions import PhotoState
from contributions.views.drafts import client_of, own_person, own_photo, refused, wants_json, with_draft
from contributions.views.shown import next_url, other_bases, person_data, photo_data, place_of


@require_GET
@with_draft
def photo_mark(request: HttpRequest, sending: Contribution, photo_id: UUID) -> HttpResponse:
    """Say where the people are in one photo."""
    photo = own_photo(request, photo_id)
    if photo.state == PhotoState.REFUSED:
        return redirect("contributions:photo_list")
    at, of = place_of(photo, sending)
    context = {
        "photo": photo_data(photo),
        "nobody": photo.nobody,
        "people": [person_data(person) for person in photo.persons.all()],
        "at": at,
        "of": of,
        "next_url": next_url(sending, after=photo),
        "form": PersonForm(),
        "bases": other_bases(),
        "invite": InviteForm(),
        "invite_days": settings.DEPICTED_DAYS,
    }
    return render(request, "contributions/give_mark.html", context)


@require_POST
@with_draft
def photo_nobody(request: HttpRequest, sending: Contribution, photo_id: UUID) -> HttpResponse:
    """Say that nobody is in a photo, or take that back."""
    photo, nobody = own_photo(request, photo_id), request.POST.get("nobody") == "yes"
    try:
        actions.set_nobody(photo=photo, nobody=nobody)
    except actions.PeopleMarked:
        messages.error(request, _("Somebody is marked in this picture. Remove the marks first."))
        nobody = False
    return redirect(next_url(sending, after=photo)) if nobody else redirect("contributions:photo_mark", photo.pk)


@require_POST
@with_draft
def person_add(request: HttpRequest, sending: Contribution, photo_id: UUID) -> HttpResponse:  # noqa: ARG001
    """A mark: by a tap from the script, or in the middle by the plain button."""
    photo, form = own_photo(request, photo_id), PlaceForm(request.POST)
    if not form.is_valid():
        return refused(_("That is outside of the picture."))
    try:
        person = actions.add_person(photo=photo, **form.cleaned_data)
    except actions.TooManyPeople:
        return refused(_("No more people can be marked in one picture."))
    if wants_json(request):
        return JsonResponse(person_data(person), status=201)
    return redirect("contributions:person_edit", person.pk)


@require_POST
@with_draft
def person_move(request: HttpRequest, sending: Contribution, person_id: UUID) -> HttpResponse:  # noqa: ARG001
    """A mark's new place."""
    person, form = own_person(request, person_id), PlaceForm(request.POST)
    if not form.is_valid():
        return refused(_("That is outside of the picture."))
    return JsonResponse(person_data(actions.move_person(person=person, **form.cleaned_data)))


@require_POST
@with_draft
def person_remove(request: HttpRequest, sending: Contribution, person_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Remove a mark."""
    person = own_person(request, person_id)
    actions.remove_person(person=person)
    return JsonResponse({}) if wants_json(request) else redirect("contributions:photo_mark", person.photo_id)


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def person_edit(request: HttpRequest, sending: Contribution, person_id: UUID) -> HttpResponse:
    """One person's age and who it is: a page of its own, and what the sheet on the marking page talks to."""
    person = own_person(request, person_id)
    if request.method == "POST":
        return _described(request, sending, person)
    if wants_json(request):
        age = ages.read(request.GET.get("age", ""), get_language() or "en")
        return JsonResponse({"understood": ages.in_words(age) if age else ""})
    return _page(request, person, PersonForm(initial={"age": person.age_text}))


def _described(request: HttpRequest, sending: Contribution, person: Person) -> HttpResponse:
    form = PersonForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.AgeNotClear
        person = _invited(request, person) if form.basis == Basis.INVITED else _edited(request, person, form)
    except actions.NotSaid as refusal:
        if wants_json(request):
            return refused(refusal.sentence, field=refusal.field)
        return _page(request, person, form, refusal)
    who = form.cleaned_data["who"]
    following = next_url(sending, after=person.photo) if who == ALONE else ""
    if wants_json(request):
        return JsonResponse({"person": person_data(person), "next": following})
    if who in {OTHER, ""}:
        return redirect(f"{request.path}?who={OTHER}" if who else request.path)
    return redirect(following) if following else redirect("contributions:photo_mark", person.photo_id)


def _edited(request: HttpRequest, person: Person, form: PersonForm) -> Person:
    return actions.edit_person(
        person=person,
        language=get_language() or "en",
        age_text=form.cleaned_data["age"] if "age" in request.POST else None,
        adult_confirmed=form.cleaned_data["adult"],
        basis=form.basis,
    )


def _invited(request: HttpRequest, person: Person) -> Person:
    form = InviteForm(request.POST)
    if not form.is_valid():
        raise actions.NotInvited
    return actions.invite(
        person=person,
        address=form.cleaned_data["email"],
        language=get_language() or "en",
        client=client_of(request),
    )


def _page(
    request: HttpRequest, person: Person, form: PersonForm, refusal: actions.NotSaid | None = None
) -> HttpResponse:
    is_invite = refusal is not None and refusal.field == "email"
    context = {
        "person": person_data(person),
        "photo": photo_data(person.photo),
        "form": form,
        "refusal": refusal,
        "errors": [(refusal.sentence, "#id_email" if refusal.field == "email" else "#id_age")] if refusal else [],
        "asks_basis": (request.GET.get("who") == OTHER and bool(person.age_text)) or is_invite,
        "bases": other_bases(),
        "invite": InviteForm(request.POST if is_invite else None),
        "invite_days": settings.DEPICTED_DAYS,
    }
    return render(request, "contributions/give_person.html", context, status=422 if refusal else 200)
