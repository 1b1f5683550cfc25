"""Which photos belong to a release, and for every other one the reason why not. Computed, never typed by anyone.

It reads the other rooms' axes: is the photo in use (consent), judged clear (screening), read and not excluded
(annotation), and does everybody shown stand on a basis and a scope that the release asks for.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from annotation import queries as annotation
from annotation.models import Reading
from contributions import queries as contributions
from contributions.models import Grounds, Photo
from releases.models import Audience, Item, Release
from screening import queries as screening

SCOPE = {Audience.OWN: "research", Audience.PARTNERS: "sharing"}
# The reasons of a photo that may not be used any more, whatever is read in it.
GONE = frozenset({"consent", "screening", "scope"})


@dataclass(frozen=True)
class Rules:
    """What a release asks of every photo in it."""

    audience: Audience
    bases: frozenset[str]
    with_nobody: bool

    @classmethod
    def of(cls, release: Release) -> "Rules":
        """The rules that a release was drafted with."""
        return cls(Audience(release.audience), frozenset(release.bases), release.with_nobody)


@dataclass(frozen=True)
class Decision:
    """One photo, the reading that counts, and "" when it is in, else the code of the first reason that keeps it out."""

    photo_id: UUID
    reading: Reading | None
    reason: str


def decide(rules: Rules) -> Iterator[Decision]:
    """A decision for every photo whose bytes are ready, in the order of their ids."""
    readings = {reading.task.photo_id: reading for reading in _readings()}
    agreed = set(contributions.in_use(scopes=[SCOPE[rules.audience]]).values_list("pk", flat=True))
    in_use = set(contributions.in_use().values_list("pk", flat=True))
    servable = set(screening.servable().values_list("pk", flat=True))
    ready = Photo.objects.filter(state="ready")
    grounds = contributions.grounds_of(ready)
    for photo_id, width, height in ready.order_by("pk").values_list("pk", "width", "height").iterator():
        reading = readings.get(photo_id)
        reason = _reason(photo_id, reading, in_use=in_use, agreed=agreed, servable=servable)
        if reading is not None and not reason:
            reason = _reason_in_people(_grounds_of_all(reading, grounds), rules)
        if reading is not None and not reason and not _can_be_laid(reading, width, height):
            reason = "border"
        yield Decision(photo_id, reading, reason)


def eligible(rules: Rules) -> list[Decision]:
    """The decisions of the photos that are in."""
    return [decision for decision in decide(rules) if not decision.reason]


def changed(items: Iterable[Item], rules: Rules) -> str:
    """Why these items are not all in any more as they were frozen; "" when they are.

    "withdrawn": a photo may not be used any more; "read_again": the reading that counts is another one, or none.
    """
    now = {decision.photo_id: decision for decision in decide(rules)}
    found = {_change(item, now.get(item.public_id.photo_id)) for item in items}
    return next((code for code in ("withdrawn", "read_again") if code in found), "")


def _change(item: Item, now: Decision | None) -> str:
    if now is None or now.reason in GONE:
        return "withdrawn"
    return "read_again" if now.reason or now.reading != item.reading else ""


def funnel(rules: Rules) -> dict[str, int]:
    """How many photos each reason keeps out, and how many are in (under "")."""
    return dict(Counter(decision.reason for decision in decide(rules)))


def _readings() -> QuerySet[Reading]:
    return annotation.settled().prefetch_related("persons")


def _reason(
    photo_id: UUID,
    reading: Reading | None,
    *,
    in_use: set[UUID],
    agreed: set[UUID],
    servable: set[UUID],
) -> str:
    if photo_id not in in_use:
        return "consent"
    if photo_id not in servable:
        return "screening"
    if reading is None:
        return "unread"
    if reading.exclusion:
        return "excluded"
    if photo_id not in agreed:
        return "scope"
    return ""


def _can_be_laid(reading: Reading, width: int | None, height: int | None) -> bool:
    return bool(width and height) and contributions.can_be_laid(reading.corners, (width or 1, height or 1))


def _grounds_of_all(reading: Reading, grounds: Mapping[UUID, Grounds]) -> list[str]:
    """On what the agreement of each person in the picture rests; empty for one whom the giver did not mark.

    Whoever was counted and carries no mark is one of those.
    """
    shown = reading.persons.all()
    marked = [grounds.get(person.person_id, "") if person.person_id else "" for person in shown]
    return marked + [""] * (reading.people_count - len(marked))


def _reason_in_people(shown: Sequence[str], rules: Rules) -> str:
    if not shown:
        return "" if rules.with_nobody else "nobody"
    if "" in shown:
        return "unasked"
    if Grounds.SELF not in shown and set(shown) != {Grounds.CONFIRMED}:
        return "without_self"
    if any(grounds not in rules.bases for grounds in shown):
        return "basis"
    return ""
