"""Why one photo is in a release or out of it: each thing that is asked of it, with its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotation.models import Exclusion
from contributions.models import Grounds, Photo
from releases.eligibility import Rules, decided
from releases.models import Audience, Item, PublicId, Readings, Release
from releases.reasons import REASONS
from releases.transitions import ReleaseState

Words = str | Promise
Facts = Mapping[str, Any]
NOT_USED: Final = _("nothing else is told of a photo that may not be used")
NOT_READ: Final = _("no reading of it counts")


class Answer(StrEnum):
    """How one thing stands that is asked of a photo."""

    IN = "in"
    OUT = "out"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is asked of a photo, its answer, and that in words."""

    question: Words
    answer: Answer
    words: Words


@dataclass(frozen=True, slots=True)
class Shown:
    """One person in the picture: on what the agreement rests, in words, and whether the release accepts that."""

    grounds: Words
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class Why:
    """One photo under one audience's rules: a code of releases.reasons, what was asked in order, and who is shown.

    `uncounted` is how many people were counted in the picture and read by nobody. `gone` says in words what became of a
    photo that is not here any more; then nothing else is told.
    """

    reason: str = ""
    asked: tuple[Asked, ...] = ()
    shown: tuple[Shown, ...] = ()
    uncounted: int = 0
    gone: Words = ""

    @property
    def words(self) -> Words:
        """The reason in words."""
        return REASONS[self.reason]


def photo_called(name: UUID) -> Photo | None:
    """The photo of this id, or of this public id of any audience."""
    public = PublicId.objects.filter(pk=name).values("photo")
    return Photo.objects.filter(Q(pk=name) | Q(pk__in=public)).first()


def rules_for(audience: Audience) -> tuple[Rules, Release | None]:
    """What the newest release of an audience asks, given up ones apart, and that release; without one what is usual."""
    made = Release.objects.filter(audience=audience).exclude(state=ReleaseState.ABORTED)
    newest = made.order_by("-number").first()
    return (Rules.of(newest) if newest else Rules.usual(audience)), newest


def items_of(photo: Photo) -> QuerySet[Item]:
    """Where this photo is or was: one item a release, the newest release first."""
    items = Item.objects.filter(public_id__photo=photo).select_related("release__retraction_asked_by", "public_id")
    return items.order_by("-release__drafted_at")


def why(photo: Photo, rules: Rules) -> Why:
    """Why this photo is in or out by these rules, at this moment."""
    facts = _facts(photo, rules)
    if facts is None:
        return Why(gone=photo.get_state_display())
    asked = tuple(ask(facts, rules) for ask in _ASKED)
    grounds = facts["grounds"] if facts["is_cleared"] else []
    shown = tuple(Shown(Grounds(one).label if one else _("not marked"), one in rules.bases) for one in grounds)
    uncounted = (facts["counted"] or 0) - len(shown) if facts["is_cleared"] else 0
    return Why(facts["reason"], asked, shown, max(0, uncounted))


def _facts(photo: Photo, rules: Rules) -> Facts | None:
    told = (
        decided(rules)
        .filter(pk=photo.pk)
        .values(
            "reason",
            "reading_id",
            "grounds",
            is_used=F("in_use"),
            is_cleared=F("cleared"),
            is_covered=F("covers"),
            is_agreed=F("looked_twice"),
            in_people=F("people"),
            exclusion=F("settled__exclusion"),
            counted=F("settled__people_count"),
            refused=F("settled__crop__refused"),
            cut=F("is_cut"),
            parked=F("settled__crop__parked_at"),
        )
    )
    return told.first()


def _use(facts: Facts, _rules: Rules) -> Asked:
    return _answered(_("May it be used?"), "" if facts["is_used"] else "consent", _("consent is in force"))


def _screening(facts: Facts, _rules: Rules) -> Asked:
    question = _("Was it cleared by screening?")
    if not facts["is_used"]:
        return Asked(question, Answer.NOT_ASKED, NOT_USED)
    return _answered(question, "" if facts["is_cleared"] else "screening", _("cleared"))


def _reading(facts: Facts, rules: Rules) -> Asked:
    question = _("Was it read?")
    if not facts["is_cleared"]:
        return Asked(question, Answer.NOT_ASKED, NOT_USED)
    if facts["exclusion"]:
        why_so = _("excluded by an annotator: %(reason)s") % {"reason": Exclusion(facts["exclusion"]).label}
        return Asked(question, Answer.OUT, why_so)
    if facts["reading_id"] is not None and rules.readings == Readings.AGREED:
        return _answered(question, "" if facts["is_agreed"] else "once", _("read, and a second look agreed"))
    return _answered(question, "" if facts["reading_id"] else "unread", _("read"))


def _scope(facts: Facts, _rules: Rules) -> Asked:
    question = _("Is it agreed for what this release is made for?")
    if not facts["is_cleared"]:
        return Asked(question, Answer.NOT_ASKED, NOT_USED)
    return _answered(question, "" if facts["is_covered"] else "scope", _("agreed"))


def _people(facts: Facts, _rules: Rules) -> Asked:
    question = _("May everybody be in it who is shown?")
    if not _is_read(facts):
        return Asked(question, Answer.NOT_ASKED, NOT_READ if facts["is_cleared"] else NOT_USED)
    return _answered(question, facts["in_people"] or "", _("everybody shown stands on a basis that is accepted"))


def _crop(facts: Facts, _rules: Rules) -> Asked:
    question = _("Is its picture cut out?")
    if not _is_read(facts):
        return Asked(question, Answer.NOT_ASKED, NOT_READ if facts["is_cleared"] else NOT_USED)
    if facts["parked"]:
        return Asked(
            question, Answer.OUT, _("it could not be cut out: ask the administrator to look at the worker's log")
        )
    reason = "border" if facts["refused"] else "" if facts["cut"] else "uncut"
    return _answered(question, reason, _("cut out"))


def _is_read(facts: Facts) -> bool:
    return facts["is_cleared"] and facts["reading_id"] is not None and not facts["exclusion"]


def _answered(question: Words, reason: str, words: Words) -> Asked:
    return Asked(question, Answer.OUT, REASONS[reason]) if reason else Asked(question, Answer.IN, words)


_ASKED: Final = (_use, _screening, _reading, _scope, _people, _crop)
