"""One photo and one sending as their own people see them: numbers, words and dates, never an image or a file name.

What is said after use has stopped depends on nothing but the promise: whether the bytes are erased, or held back by a
lock or the law, shows nowhere (requirement K10).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consent.models import ConsentRecord, Scope
from consent.queries import IN_FORCE, ConsentState
from contributions.models import Contribution, Photo, Withdrawal
from contributions.queries.promises import Elsewhere, elsewhere, promised_by, undoable_until
from contributions.queries.renewal import AGREED_ONCE, Again, Changes
from contributions.queries.use import OWN_WORD_ONLY
from contributions.transitions import HELD, PhotoState

OWN_NO = frozenset({ConsentState.REFUSED, ConsentState.WITHDRAWN})
OUT = frozenset({PhotoState.LAPSED, PhotoState.ERASED})


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One marked person: the age as written and as understood, and who it is. `can_leave`: somebody else than the
    giver, who can take the word back."""

    id: UUID
    number: int
    written: str
    understood: str
    who: str | Promise
    can_leave: bool = False


@dataclass(frozen=True, slots=True)
class PhotoCard:
    """One photo as its giver sees it or, `depicted`, as somebody does who is shown in it.

    `number` is the giver's own (photo 2); for somebody shown, the how many-th photo we asked about. `since` is when it
    was sent, or when we asked. `records` is everything about this participant's consent, oldest first; `allowed` is
    what can be agreed to, `again` why it has to be agreed to again, `newer` a later text that asks for nothing more.
    `waits_until` is when the question ends that somebody else shown in it has not answered.
    """

    photo: Photo
    number: int
    since: datetime | None
    subject: UUID
    people: tuple[PersonLine, ...]
    records: tuple[ConsentRecord, ...]
    allowed: frozenset[str]
    withdrawal: Withdrawal | None
    depicted: bool = False
    again: Again | None = None
    newer: Changes | None = None
    waits_until: datetime | None = None

    @property
    def id(self) -> UUID:
        """The photo's id."""
        return self.photo.pk

    @property
    def record(self) -> ConsentRecord | None:
        """The record that stands."""
        return self.records[-1] if self.records else None

    @property
    def answers(self) -> list[ConsentRecord]:
        """Every answer, oldest first; being asked is none."""
        return [record for record in self.records if record.state != ConsentState.REQUESTED]

    @property
    def title(self) -> str:
        """The photo's name where several stand together."""
        names = {"number": self.number, "day": _day(self.since)}
        if self.depicted:
            return gettext("photo %(number)s that you are shown in, asked on %(day)s") % names
        return gettext("photo %(number)s, sent on %(day)s") % names

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
        """Whether this participant's consent is in force and the photo is not on its way out."""
        return self.consent in IN_FORCE and self.again is None and self._is_here

    @property
    def can_withdraw(self) -> bool:
        """Whether this participant's agreement, in force or ended by time, can be taken back.

        Also while the photo is on its way out for another's no: only one's own keeps it out when that is taken back.
        """
        return self.consent in AGREED_ONCE and (self._is_here or self._is_waiting)

    @property
    def can_agree_again(self) -> bool:
        """Whether the photo waits for a new yes of this participant, also on its way out for want of one."""
        return self.again is not None and (self._is_here or self._is_leaving_unasked)

    @property
    def can_agree(self) -> bool:
        """Whether somebody shown can say yes: not answered yet, or answered no while the photo is still there."""
        if not self.depicted:
            return False
        asked = self.consent == ConsentState.REQUESTED and self._is_here
        return asked or (self.consent == ConsentState.REFUSED and self._is_waiting)

    @property
    def can_be_undone(self) -> bool:
        """Whether this participant's withdrawal can still be taken back: its time has not come."""
        return self.consent == ConsentState.WITHDRAWN and self._is_waiting

    @property
    def can_hasten(self) -> bool:
        """Whether this participant can end the wait: by their own no alone."""
        return self.consent in OWN_NO and self._is_waiting

    @property
    def others(self) -> bool:
        """Whether somebody else than the giver is shown, who can take the word back."""
        return any(person.can_leave for person in self.people)

    @property
    def has_choice(self) -> bool:
        """Whether anything beyond the research can be agreed to."""
        return bool(self.allowed & OWN_WORD_ONLY)

    @property
    def is_out(self) -> bool:
        """Whether its use has stopped, or never began."""
        return self.withdrawal is not None or self.photo.state in OUT

    @property
    def ends_at(self) -> datetime | None:
        """From when on copies are destroyed, once its use has stopped."""
        return ends_at(self.photo, self.withdrawal)

    @property
    def is_over(self) -> bool:
        """Whether that time has come: from then on nothing that the photo shows is told any more."""
        ends = self.ends_at
        return ends is not None and ends <= timezone.now()

    @property
    def erase_by(self) -> datetime | None:
        """By when every copy is destroyed, once use was stopped."""
        ends = self.ends_at
        return promised_by(ends) if ends else None

    @property
    def elsewhere(self) -> Elsewhere | None:
        """By when copies outside have to be gone, once use was stopped."""
        return elsewhere(self.withdrawal.stopped_at) if self.withdrawal else None

    @property
    def state(self) -> str | Promise:
        """Where it stands, in words: the same whether it is checked, held, locked, or an erasure fails."""
        if self.photo.state == PhotoState.REFUSED or self.photo.refusal:
            return _("not a picture we can read; not kept")
        if self.is_out:
            return _("use has stopped")
        if self.consent == ConsentState.REQUESTED:
            return _("waiting for your answer")
        if self.again is not None:
            return _("not used until you agree again")
        if self.waits_until is not None:
            return gettext("waits for the person we asked, at most until %(day)s") % {"day": _day(self.waits_until)}
        return _("with us")

    @property
    def tag(self) -> str:
        """The shape that goes with the words (templates/_components/tag.html)."""
        return "waiting" if self.is_agreed else "neutral"

    @property
    def answer(self) -> str:
        """The state of the consent, in words."""
        return str(self.record.get_state_display()) if self.record else ""

    @property
    def scope_labels(self) -> list[str | Promise]:
        """What was agreed to, in words."""
        return [Scope(scope).label for scope in Scope.values if scope in self.scopes]

    @property
    def _is_here(self) -> bool:
        return self.withdrawal is None and self.photo.state in HELD

    @property
    def _is_leaving_unasked(self) -> bool:
        """Whether it goes out because nobody agreed again in time, and can still come back."""
        return self._is_waiting and self.withdrawal is not None and self.withdrawal.cause == Withdrawal.Cause.EXPIRED

    @property
    def _is_waiting(self) -> bool:
        return self.withdrawal is not None and not self.is_over and self.photo.state in HELD


@dataclass(frozen=True, slots=True)
class SendingCard:
    """One sending with its photos, by number."""

    contribution: Contribution
    photos: tuple[PhotoCard, ...]

    @property
    def sent_at(self) -> datetime | None:
        """When it was sent."""
        return self.contribution.sent_at

    @property
    def people(self) -> int:
        """How many people are marked in the photos that are still told about."""
        return sum(len(card.people) for card in self.photos)


def ends_at(photo: Photo, withdrawal: Withdrawal | None) -> datetime | None:
    """From when on the copies of a photo are destroyed; None while it may be kept."""
    if withdrawal is not None:
        return withdrawal.erase_from
    return photo.lapsed_at if photo.state in OUT else None


def undo_until(cards: Iterable[PhotoCard] = (), *, now: datetime | None = None) -> datetime:
    """Until when a withdrawal of these photos now can be taken back; earlier where one is on its way out already."""
    return undoable_until((card.withdrawal.erase_from for card in cards if card.withdrawal is not None), now=now)


def _day(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "DATE_FORMAT") if at else ""
