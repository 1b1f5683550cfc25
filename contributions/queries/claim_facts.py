"""What the officer's desk shows of photos: facts in words, never the picture."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contributions.models import UNDER_WAY, Claim, ClaimedPhoto, Person, Photo, Withdrawal
from contributions.queries.claims import candidates, rulings
from contributions.queries.grounds import grounds_in_words
from contributions.queries.use import in_use
from contributions.transitions import HELD


@dataclass(frozen=True, slots=True)
class PhotoFact:
    """One photo: when it was sent, who is marked in it, whether it is in use, what was ruled on it (empty: nothing)."""

    id: UUID
    sent_at: datetime | None
    people: tuple[str, ...]
    state: str
    in_use: bool
    ruling: str = ""

    @property
    def is_shown(self) -> bool:
        """Whether the person is shown, as ruled."""
        return self.ruling == ClaimedPhoto.Ruling.SHOWN

    @property
    def is_not_shown(self) -> bool:
        """Whether the person is not shown, as ruled."""
        return self.ruling == ClaimedPhoto.Ruling.NOT_SHOWN


def facts_of_claim(claim: Claim) -> list[PhotoFact]:
    """The photos that a claim may be about, oldest first."""
    return _facts(candidates(claim).values_list("pk", flat=True), rulings(claim))


def facts_of(photo_ids: Collection[UUID]) -> list[PhotoFact]:
    """Those of the photos that are held and were sent by somebody, oldest first."""
    return _facts(photo_ids, {})


def usable_without(claim: Claim) -> int:
    """How many photos that the claim may be about, and that are not ruled shown, only this claim keeps out of use."""
    shown = [photo for photo, ruling in rulings(claim).items() if ruling == ClaimedPhoto.Ruling.SHOWN]
    ids = candidates(claim).exclude(pk__in=shown).values_list("pk", flat=True)
    return in_use(but_for=claim.pk).filter(pk__in=list(ids)).count()


def _facts(photo_ids: Collection[UUID], ruled: dict[UUID, str]) -> list[PhotoFact]:
    sent = Photo.objects.filter(pk__in=photo_ids, state__in=HELD, contribution__sent_at__isnull=False)
    photos = list(
        sent.select_related("contribution").prefetch_related("persons").order_by("contribution__sent_at", "number")
    )
    ids = [photo.pk for photo in photos]
    grounds = grounds_in_words(ids)
    leaving = {row.photo_id: row for row in Withdrawal.objects.filter(UNDER_WAY, photo__in=ids)}
    used = set(in_use().filter(pk__in=ids).values_list("pk", flat=True))
    return [
        PhotoFact(
            id=photo.pk,
            sent_at=photo.contribution.sent_at,
            people=tuple(_words(person, grounds.get(person.pk, "")) for person in photo.persons.all()),
            state=_state(photo, leaving.get(photo.pk)),
            in_use=photo.pk in used,
            ruling=ruled.get(photo.pk, ""),
        )
        for photo in photos
    ]


def _state(photo: Photo, withdrawal: Withdrawal | None) -> str:
    if withdrawal is None:
        return str(photo.get_state_display())
    day = date_format(timezone.localtime(withdrawal.erase_from), "DATE_FORMAT")
    return _("on its way out, erased after %(day)s") % {"day": day}


def _words(person: Person, grounds: str) -> str:
    """As written, as understood (years), and on what the person's agreement rests."""
    understood = "" if person.age_years is None else f" = {person.age_years.normalize():f}"
    return f"{person.age_text}{understood}, {grounds}" if grounds else f"{person.age_text}{understood}"
