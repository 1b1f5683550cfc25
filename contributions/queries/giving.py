"""What the pages of giving ask: this browser's own sending, what is still missing in it, and whether there is room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from consent.queries import open_languages
from contributions.limits import free_bytes
from contributions.models import Basis, Contribution, Invitation, Person, Photo
from contributions.queries.campaign_state import campaign
from contributions.transitions import HELD, PhotoState, SendingState

SESSION_KEY = "sending"
# What the sender sees in the list.
LISTED = HELD | {PhotoState.REFUSED}
UNVERIFIED = (SendingState.DRAFT, SendingState.SENT)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a sending cannot be sent yet: a code word, and what it is about."""

    code: str
    photo: Photo | None = None
    person: Person | None = None

    @property
    def sentence(self) -> str:
        """What to do about it, in the active language."""
        photo = self.photo.number if self.photo else 0
        person = self.person.number if self.person else 0
        words = {
            "no_photo": _("Choose at least one photo."),
            "being_checked": _("Photo %(photo)d is still being checked. Wait a moment, or remove it."),
            "not_marked": _("Photo %(photo)d: mark each person, or choose Nobody is in this picture."),
            "no_age": _("Photo %(photo)d: write the age of person %(person)d."),
            "nobody_said_who": _("Photo %(photo)d: say who person %(person)d is."),
            "not_invited": _("Photo %(photo)d: write the e-mail address of person %(person)d, or say who it is."),
            "invited_oneself": _(
                "Photo %(photo)d: person %(person)d has your own address. Choose “Me, and others”, or write theirs."
            ),
        }
        return words[self.code] % {"photo": photo, "person": person}


def sending_of_session(session: Mapping[str, Any]) -> Contribution | None:
    """The sending that this browser began, whatever its state."""
    try:
        return Contribution.objects.filter(pk=str(session.get(SESSION_KEY, ""))).first()
    except ValidationError:
        return None


def draft_of_session(session: Mapping[str, Any]) -> Contribution | None:
    """The sending that this browser is still working on."""
    sending = sending_of_session(session)
    return sending if sending is not None and sending.state == SendingState.DRAFT else None


def unfinished_of_session(session: Mapping[str, Any]) -> str:
    """What this browser began and did not finish: "draft" with photos, "sent" while the link waits, else nothing."""
    sending = sending_of_session(session)
    if sending is None or sending.state not in UNVERIFIED or not held_photos(sending).exists():
        return ""
    return sending.state


def photo_of_session(session: Mapping[str, Any], photo_id: UUID) -> Photo | None:
    """A photo that this browser may still see, mark or remove: its own, not sent yet."""
    draft = draft_of_session(session)
    return listed_photos(draft).filter(pk=photo_id).first() if draft else None


def person_of_session(session: Mapping[str, Any], person_id: UUID) -> Person | None:
    """A mark on such a photo."""
    draft = draft_of_session(session)
    people = Person.objects.select_related("photo").filter(photo__contribution=draft, photo__state__in=HELD)
    return people.filter(pk=person_id).first() if draft else None


def has_preview(photo: Photo) -> bool:
    """Whether the sender can be shown this photo: rebuilt, not sent yet, and received less than a day ago."""
    fresh = photo.received_at > timezone.now() - timedelta(hours=settings.PREVIEW_HOURS)
    return photo.preview_id is not None and photo.state == PhotoState.READY and fresh


def listed_photos(sending: Contribution) -> QuerySet[Photo]:
    """What the sender sees in the list: held and refused photos, by number, with their people."""
    return sending.photos.filter(state__in=LISTED).order_by("number").prefetch_related("persons__invitation")


def held_photos(sending: Contribution) -> QuerySet[Photo]:
    """The photos of a sending that can still be given."""
    return sending.photos.filter(state__in=HELD).order_by("number").prefetch_related("persons__invitation")


def next_number(sending: Contribution) -> int:
    """The number of the next photo: never one that was used before."""
    return (sending.photos.aggregate(last=Max("number"))["last"] or 0) + 1


def problems(sending: Contribution) -> list[Problem]:
    """Everything that is missing before the sending can be sent, in the order of its photos."""
    photos = list(held_photos(sending))
    if not photos:
        return [Problem("no_photo")]
    return [problem for photo in photos for problem in problems_of(photo)]


def problems_of(photo: Photo) -> list[Problem]:
    """What is missing on one photo; a refused one is left out of the sending, so nothing is."""
    if photo.state == PhotoState.REFUSED:
        return []
    if photo.state == PhotoState.RECEIVED:
        return [Problem("being_checked", photo)]
    people = list(photo.persons.all())
    if not people and not photo.nobody:
        return [Problem("not_marked", photo)]
    found = []
    for person in people:
        if person.age_years is None:
            found.append(Problem("no_age", photo, person))
        if not person.basis:
            found.append(Problem("nobody_said_who", photo, person))
        elif person.basis == Basis.INVITED and invitation_of(person) is None:
            found.append(Problem("not_invited", photo, person))
    return found


def invitation_of(person: Person) -> Invitation | None:
    """The invitation of a marked person, if the giver asked for one."""
    return getattr(person, "invitation", None)


def next_to_mark(sending: Contribution, *, after: Photo | None = None) -> Photo | None:
    """The photo to go on with: the next one with something missing, from `after` on and then from the first."""
    waiting = [photo for photo in held_photos(sending) if problems_of(photo)]
    later = [photo for photo in waiting if after is not None and photo.number > after.number]
    others = [photo for photo in waiting if after is None or photo.pk != after.pk]
    return next(iter(later or others), None)


def unverified_bytes() -> int:
    """The size of everything received that nobody has agreed to yet, in bytes."""
    photos = Photo.objects.filter(contribution__state__in=UNVERIFIED, state__in=LISTED)
    return int(photos.aggregate(total=Sum("received_bytes"))["total"] or 0)


def giving_open() -> bool:
    """Whether the campaign is open and has room for new photos. Withdrawing never asks this."""
    return campaign().is_open and has_room()


def has_room() -> bool:
    """Whether there is room for new photos on the disk and among those that nobody has agreed to yet."""
    return unverified_bytes() < settings.UNVERIFIED_MAX_BYTES and free_bytes() > settings.FREE_DISK_FLOOR_BYTES


def languages_to_give_in() -> dict[str, str]:
    """The languages whose notice is approved, read and published: code and the language's own name for itself."""
    return {code: str(get_language_info(code)["name_local"]) for code in open_languages()}


def expires_at(sending: Contribution) -> datetime:
    """When a sending whose link is not used lapses."""
    return (sending.sent_at or timezone.now()) + timedelta(days=settings.UNVERIFIED_DAYS)
