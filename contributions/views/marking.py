"""Who is in a photo: marks, ages and who each person is. Only this browser's own sending is changed."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contributions import actions, ages
from contributions.actions.marking import ADULT_FROM
from contributions.forms import ALONE, OTHER, DecadeForm, MarkForm, PersonForm, PlaceForm
from contributions.inviting_forms import InviteForm
from contributions.models import Basis, Contribution, Person
from contributions.transitions import PhotoState
from contributions.views.drafts import client_of, own_person, own_photo, refused, wants_json, with_draft
from contributions.views.shown import document_data, next_url, person_data, photo_data, place_of, sheet_data


@require_GET
@with_draft
def photo_mark(request: HttpRequest, sending: Contribution, photo_id: UUID) -> HttpResponse:
    """The same document as the list of photos, with one photo open: say where the people are in it."""
    photo = own_photo(request, photo_id)
    if photo.state == PhotoState.REFUSED:
        return redirect("contributions:photo_list")
    at, of = place_of(photo, sending)
    context = document_data(sending) | {
        "photo": photo_data(photo),
        "at": at,
        "of": of,
        "next_url": next_url(sending, after=photo),
        "client_key": uuid4(),
    }
    return render(request, "contributions/give_photos.html", context)


@require_POST
@with_draft
def photo_nobody(request: HttpRequest, sending: Contribution, photo_id: UUID) -> HttpResponse:
    """Say that nobody is in a photo, or take that back."""
    photo, nobody = own_photo(request, photo_id), request.POST.get("nobody") == "yes"
    try:
        actions.set_nobody(photo=photo, nobody=nobody)
    except actions.PeopleMarked:
        sentence = _("Somebody is marked in this picture. Remove the marks first.")
        if wants_json(request):
            return refused(sentence)
        messages.error(request, sentence)
        nobody = False
    if wants_json(request):
        return JsonResponse({"nobody": nobody})
    return redirect(next_url(sending, after=photo)) if nobody else redirect("contributions:photo_mark", photo.pk)


@require_POST
@with_draft
def photo_date(request: HttpRequest, sending: Contribution, photo_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Say in which decade a photo was taken."""
    photo, form = own_photo(request, photo_id), DecadeForm(request.POST)
    if not form.is_valid():
        return refused(_("Choose one of the decades, or leave it empty."))
    actions.date_photo(photo=photo, decade=form.cleaned_data["decade"])
    if wants_json(request):
        return JsonResponse({"decade": form.cleaned_data["decade"]})
    return redirect("contributions:photo_mark", photo.pk)


@require_GET
def age_read(request: HttpRequest) -> JsonResponse:
    """How an age, or two years, would be understood: for a photo that is not here yet. Nothing is kept."""
    form = PersonForm(request.GET)
    age = ages.read(form.age_text or "", get_language() or "en") if form.is_valid() else None
    if age is None:
        return JsonResponse({"understood": "", "adult": False, "error": actions.AgeNotClear().sentence})
    is_adult = age.years >= ADULT_FROM
    error = actions.AdultNotConfirmed(age).sentence if is_adult else ""
    return JsonResponse({"understood": ages.in_words(age), "adult": is_adult, "error": error})


@require_POST
@with_draft
def person_add(request: HttpRequest, sending: Contribution, photo_id: UUID) -> HttpResponse:  # noqa: ARG001
    """A mark: by a tap from the script, or in the middle by the plain button."""
    photo, form = own_photo(request, photo_id), MarkForm(request.POST)
    if not form.is_valid():
        return refused(_("That is outside of the picture."))
    place = form.cleaned_data
    try:
        person = actions.add_person(photo=photo, x=place["x"], y=place["y"], person_id=place["id"])
    except actions.TooManyPeople:
        return refused(_("No more people can be marked in one picture."))
    except actions.MarkedElsewhere:
        return refused(_("This mark belongs to another photo."))
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
    return _page(request, person, PersonForm(initial={"age": person.age_text}))


def _described(request: HttpRequest, sending: Contribution, person: Person) -> HttpResponse:
    form = PersonForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.AgeNotClear
        person = _invited(request, person) if form.basis == Basis.INVITED else _edited(person, form)
    except actions.NotSaid as refusal:
        if wants_json(request):
            return refused(refusal.sentence, field=refusal.field)
        return _page(request, person, form, refusal)
    who = form.cleaned_data["who"]
    following = next_url(sending, after=person.photo) if who == ALONE else ""
    if wants_json(request):
        return JsonResponse({"person": person_data(person), "next": following, "decade": person.photo.taken_decade})
    if who in {OTHER, ""}:
        return redirect(f"{request.path}?who={OTHER}" if who else request.path)
    return redirect(following) if following else redirect("contributions:photo_mark", person.photo_id)


def _edited(person: Person, form: PersonForm) -> Person:
    return actions.edit_person(
        person=person,
        language=get_language() or "en",
        age_text=form.age_text,
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
    context = sheet_data() | {
        "person": person_data(person),
        "photo": photo_data(person.photo),
        "form": form,
        "refusal": refusal,
        "errors": [(refusal.sentence, "#id_email" if refusal.field == "email" else "#id_age")] if refusal else [],
        "asks_basis": (request.GET.get("who") == OTHER and bool(person.age_text)) or is_invite,
        "invite": InviteForm(request.POST if is_invite else None),
    }
    return render(request, "contributions/give_person.html", context, status=422 if refusal else 200)
