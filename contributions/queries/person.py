"""What one person gave, as that person's own pages show it: numbers, words and dates, never an image or a file name."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consent.models import ConsentRecord, Scope
from consent.queries import IN_FORCE, ConsentState, current, history
from contributions import ages
from contributions.models import Basis, ConsentSubject, Contribution, Person, Photo, Withdrawal
from contributions.queries.steps import unfinished_ways_out
from contributions.queries.use import OWN_WORD_ONLY, allowed_scopes
from contributions.transitions import HELD, PhotoState, SendingState
from vault.queries import unrecoverable

SHOWN_SENDINGS = frozenset({SendingState.SENT, SendingState.ANSWERED})


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One marked person: the age as written and as understood, and who it is."""

    number: int
    written: str
    understood: str
    who: str | Promise


@dataclass(frozen=True, slots=True)
class PhotoCard:
    """One photo as its giver sees it. `answers` is every answer about it, oldest first, `record` the one that stands,
    `allowed` what can be agreed to."""

    photo: Photo
    sent_at: datetime | None
    subject: UUID
    people: tuple[PersonLine, ...]
    answers: tuple[ConsentRecord, ...]
    record: ConsentRecord | None
    allowed: frozenset[str]
    withdrawal: Withdrawal | None
    is_gone: bool

    @property
    def id(self) -> UUID:
        """The photo's id."""
        return self.photo.pk

    @property
    def number(self) -> int:
        """What the person calls it: photo 2."""
        return self.photo.number

    @property
    def title(self) -> str:
        """The photo's name where several sendings stand together."""
        day = date_format(timezone.localtime(self.sent_at), "DATE_FORMAT") if self.sent_at else ""
        return gettext("photo %(number)s, sent on %(day)s") % {"number": self.number, "day": day}

    @property
    def consent(self) -> str:
        """The state of the consent; empty when nobody asked."""
        return self.record.state if self.record else ""

    @property
    def scopes(self) -> tuple[str, ...]:
        """What is agreed to now."""
        return tuple(self.record.scopes) if self.record and self.record.state in IN_FORCE else ()

    @property
    def answered_at(self) -> datetime | None:
        """When the answer that stands was given."""
        return self.record.at if self.record and self.record.state != ConsentState.REQUESTED else None

    @property
    def notice(self) -> str:
        """The version of the notice that the answer was given to."""
        return self.record.notice.version if self.record and self.record.notice else ""

    @property
    def is_agreed(self) -> bool:
        """Whether a consent is in force and the photo is not on its way out."""
        return self.consent in IN_FORCE and self.withdrawal is None and self.photo.state in HELD

    @property
    def can_be_undone(self) -> bool:
        """Whether the withdrawal can still be taken back: its time has not come, and the bytes are there."""
        if self.withdrawal is None or self.photo.state not in HELD:
            return False
        return self.withdrawal.erase_from > timezone.now()

    @property
    def has_choice(self) -> bool:
        """Whether anything beyond the research can be agreed to."""
        return bool(self.allowed & OWN_WORD_ONLY)

    @property
    def erase_by(self) -> datetime | None:
        """By when every copy is destroyed, once use was stopped."""
        return promised_by(self.withdrawal) if self.withdrawal else None

    @property
    def state(self) -> str | Promise:
        """Where it stands, in words. A held photo reads as every photo does that is being checked."""
        if self.is_gone:
            return _("deleted")
        if self.photo.state == PhotoState.REFUSED:
            return _("not a picture we can read; not kept")
        if self.withdrawal is not None or self.photo.state in {PhotoState.LAPSED, PhotoState.ERASED}:
            return _("use has stopped")
        if self.consent == ConsentState.REQUESTED:
            return _("waiting for your answer")
        return _("received, being checked")

    @property
    def tag(self) -> str:
        """The shape that goes with the words (templates/_components/tag.html)."""
        return "waiting" if self.is_agreed else "neutral"

    @property
    def scope_labels(self) -> list[str | Promise]:
        """What was agreed to, in words."""
        return [Scope(scope).label for scope in Scope.values if scope in self.scopes]


@dataclass(frozen=True, slots=True)
class SendingCard:
    """One sending with its photos, by number."""

    contribution: Contribution
    photos: tuple[PhotoCard, ...]

    @property
    def sent_at(self) -> datetime | None:
        """When it was sent."""
        return self.contribution.sent_at


def promised_by(withdrawal: Withdrawal) -> datetime:
    """The time by which erasure is promised: the wait, and a day for what has to follow it."""
    return withdrawal.erase_from + timedelta(hours=settings.ERASED_WITHIN_HOURS - settings.WITHDRAWAL_WAIT_HOURS)


def erased_by(now: datetime | None = None) -> datetime:
    """By when a photo withdrawn now is erased."""
    return (now or timezone.now()) + timedelta(hours=settings.ERASED_WITHIN_HOURS)


def sendings_of(participant: UUID) -> list[SendingCard]:
    """Everything this participant sent that was not deleted before it was agreed to, newest first."""
    sendings = Contribution.objects.filter(participant=participant, state__in=SHOWN_SENDINGS)
    return _cards(sendings.order_by("-sent_at", "id"), participant)


def sending_card(sending: UUID) -> SendingCard | None:
    """One sending that was sent, as its giver sees it."""
    found = Contribution.objects.filter(pk=sending, state__in=SHOWN_SENDINGS).first()
    if found is None or found.participant is None:
        return None
    return _cards(Contribution.objects.filter(pk=sending), found.participant)[0]


def withdrawable(participant: UUID) -> list[PhotoCard]:
    """The photos that this participant agreed to and can withdraw now, in the order of their page."""
    return [card for sending in sendings_of(participant) for card in sending.photos if card.is_agreed]


def subjects_of(participant: UUID, photos: Collection[UUID]) -> dict[UUID, UUID]:
    """Photo id to consent subject id, for those of the photos that are this participant's own."""
    own = ConsentSubject.objects.filter(participant=participant, photo__in=photos)
    return dict(own.values_list("photo_id", "id"))


def _cards(sendings: QuerySet[Contribution], participant: UUID) -> list[SendingCard]:
    sent_at = dict(sendings.values_list("pk", "sent_at"))
    photos = list(Photo.objects.filter(contribution__in=sendings).select_related("key").order_by("number"))
    ids = [photo.pk for photo in photos]
    subjects = subjects_of(participant, ids)
    records = current(list(subjects.values()))
    answers = _answers(subjects.values())
    people = _people(ids)
    allowed = allowed_scopes(ids)
    withdrawals = _withdrawals(ids)
    gone = set(unrecoverable().filter(pk__in=[photo.key_id for photo in photos]).values_list("pk", flat=True))
    # A release's archive, say, holds the picture under a key of its own until its room has dropped it.
    kept = set(unfinished_ways_out(ids).values_list("photo_id", flat=True))
    cards: dict[UUID, list[PhotoCard]] = defaultdict(list)
    for photo in photos:
        if photo.pk not in subjects:
            continue  # removed before it was sent
        cards[photo.contribution_id].append(
            PhotoCard(
                photo=photo,
                sent_at=sent_at[photo.contribution_id],
                subject=subjects[photo.pk],
                people=tuple(people[photo.pk]),
                answers=tuple(answers[subjects[photo.pk]]),
                record=records.get(subjects[photo.pk]),
                allowed=allowed[photo.pk],
                withdrawal=withdrawals.get(photo.pk),
                is_gone=photo.key_id in gone and photo.state == PhotoState.ERASED and photo.pk not in kept,
            )
        )
    return [SendingCard(contribution=sending, photos=tuple(cards[sending.pk])) for sending in sendings]


def _answers(subjects: Collection[UUID]) -> Mapping[UUID, list[ConsentRecord]]:
    found: dict[UUID, list[ConsentRecord]] = defaultdict(list)
    for record in history(subjects).exclude(state=ConsentState.REQUESTED):
        found[record.subject].append(record)
    return found


def _people(photo_ids: Collection[UUID]) -> Mapping[UUID, list[PersonLine]]:
    found: dict[UUID, list[PersonLine]] = defaultdict(list)
    for person in Person.objects.filter(photo__in=photo_ids).exclude(basis="").order_by("number"):
        line = PersonLine(person.number, person.age_text, understood(person), Basis(person.basis).label)
        found[person.photo_id].append(line)
    return found


def understood(person: Person) -> str:
    """A person's age as we understood it ("3½ years"), in the active language; empty until it was written."""
    years, low, high = person.age_years, person.age_low, person.age_high
    if years is None or low is None or high is None:
        return ""
    return ages.in_words(ages.Age(years, low, high, person.age_rule))


def _withdrawals(photo_ids: Collection[UUID]) -> dict[UUID, Withdrawal]:
    """The withdrawal that counts for each photo: the newest that was not cancelled."""
    rows = Withdrawal.objects.filter(photo__in=photo_ids, cancelled_at__isnull=True).order_by("stopped_at")
    return {row.photo_id: row for row in rows}
