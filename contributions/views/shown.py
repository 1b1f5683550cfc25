"""How photos and people are put for the giving pages and their scripts: words and addresses, never a file name."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from contributions.decades import DECADES, decade_label
from contributions.forms import PersonForm
from contributions.inviting_forms import InviteForm
from contributions.limits import sentence, sentences_for_script
from contributions.models import Basis, Contribution, Person, Photo
from contributions.queries.giving import (
    has_preview,
    held_photos,
    invitation_of,
    listed_photos,
    next_number,
    next_to_mark,
)
from contributions.queries.person import understood
from contributions.transitions import HELD, PhotoState
from identity.queries import mask_of


def who_is(person: Person) -> str:
    """Who a person is, in words, or an empty text."""
    if person.basis == Basis.SELF:
        return _("you")
    if person.basis == Basis.INVITED:
        mask = mask_shown(person)
        return _("asked by us at %(mask)s") % {"mask": mask} if mask else ""
    return str(Basis(person.basis).label) if person.basis else ""


def mask_shown(person: Person) -> str:
    """As much as may be shown of the address that this person is to be asked at; empty where nobody is to be asked."""
    invitation = invitation_of(person)
    return mask_of(invitation.participant) if invitation else ""


def other_bases() -> list[dict[str, str | Promise]]:
    """The answers for somebody else, each with what follows from it. None is chosen for the person."""
    return [
        {
            "value": Basis.AFFIRMED,
            "said": Basis.AFFIRMED.label,
            "label": _("An adult now, and agreed"),
            "means": _("You say that this person knows about this and agrees. The photo can be used for research."),
        },
        {
            "value": Basis.UNDER_18,
            "said": Basis.UNDER_18.label,
            "label": _("Still under 18"),
            "means": _("A child cannot agree to this. We keep the photo apart; most research will leave it out."),
        },
        {
            "value": Basis.HAS_DIED,
            "said": Basis.HAS_DIED.label,
            "label": _("Has died"),
            "means": _("Nobody can agree for this person. We keep the photo apart; most research will leave it out."),
        },
        {
            "value": Basis.CANNOT_ASK,
            "said": Basis.CANNOT_ASK.label,
            "label": _("I cannot ask"),
            "means": _(
                "We do not know if this person agrees. We keep the photo apart; most research will leave it out."
            ),
        },
    ]


def person_data(person: Person) -> dict[str, Any]:
    """A mark for its page and script."""
    age, who = understood(person), who_is(person)
    said = [age or _("age missing"), who or _("not said who")]
    title = _("Person %(number)d") % {"number": person.number}
    return {
        "id": str(person.pk),
        "number": person.number,
        "x": person.x,
        "y": person.y,
        "title": title,
        "words": ", ".join(said),
        "name": ", ".join([title, *said]),
        "basis": person.basis,
        "age": person.age_text,
        "understood": age,
        "who": who,
        "whole": bool(age and who),
        "mask": mask_shown(person),
        "edit": reverse("contributions:person_edit", args=[person.pk]),
        "remove": reverse("contributions:person_remove", args=[person.pk]),
    }


def photo_data(photo: Photo) -> dict[str, Any]:
    """A photo for its page and script, with its people. It says nothing about screening: every photo reads the same."""
    words = {
        PhotoState.RECEIVED: _("received, being checked"),
        PhotoState.READY: _("received"),
        PhotoState.REFUSED: _("not kept"),
    }
    return {
        "id": str(photo.pk),
        "number": photo.number,
        "state": photo.state,
        "title": _("Photo %(number)d") % {"number": photo.number},
        "words": str(words[PhotoState(photo.state)]),
        "preview": reverse("contributions:photo_preview", args=[photo.pk]) if has_preview(photo) else "",
        "mark": reverse("contributions:photo_mark", args=[photo.pk]) if photo.state in HELD else "",
        "add": reverse("contributions:person_add", args=[photo.pk]),
        "nobody_url": reverse("contributions:photo_nobody", args=[photo.pk]),
        "decade_url": reverse("contributions:photo_date", args=[photo.pk]),
        "frame_url": reverse("contributions:photo_frame", args=[photo.pk]),
        "remove": reverse("contributions:photo_remove", args=[photo.pk]),
        "error": sentence(photo.refusal, number=photo.number) if photo.state == PhotoState.REFUSED else "",
        "bytes": photo.received_bytes,
        "people": [person_data(person) for person in photo.persons.all()],
        "nobody": photo.nobody,
        "decade": photo.taken_decade,
        "found_frame": photo.found_frame,
        "frame": photo.frame,
    }


def decade_choices() -> list[tuple[int, str]]:
    """The decades to choose from, in words."""
    return [(decade, decade_label(decade)) for decade in DECADES]


def list_data(sending: Contribution) -> dict[str, Any]:
    """The whole list, as `sending_state` answers it."""
    photos = list(listed_photos(sending))
    return {
        "photos": [photo_data(photo) for photo in photos],
        "next_number": next_number(sending),
        "go": next_url(sending) if any(photo.state == PhotoState.READY for photo in photos) else "",
    }


def document_data(sending: Contribution) -> dict[str, Any]:
    """What the page of choosing and marking holds beside its list: the limits, and how people are described."""
    limits = {
        "file_bytes": settings.UPLOAD_MAX_BYTES,
        "files": settings.SENDING_MAX_FILES,
        "sending_bytes": settings.SENDING_MAX_BYTES,
        **sentences_for_script(),
    }
    return list_data(sending) | sheet_data() | {"limits": limits, "decades": decade_choices(), "nil": UUID(int=0)}


def sheet_data() -> dict[str, Any]:
    """What the sheet of one person needs, on whichever page it opens."""
    return {
        "form": PersonForm(),
        "bases": other_bases(),
        "invite": InviteForm(),
        "invite_days": settings.DEPICTED_DAYS,
    }


def next_url(sending: Contribution, *, after: Photo | None = None) -> str:
    """Where to go on: the next photo with something missing, or the review."""
    photo = next_to_mark(sending, after=after)
    if photo is None or photo.state != PhotoState.READY:
        return reverse("contributions:sending_review")
    return reverse("contributions:photo_mark", args=[photo.pk])


def place_of(photo: Photo, sending: Contribution) -> tuple[int, int]:
    """Which photo this is of how many, counted for the person: (2, 3)."""
    ids = [held.pk for held in held_photos(sending)]
    return (ids.index(photo.pk) + 1 if photo.pk in ids else len(ids)), len(ids)
