"""What is left to fetch of a release, and how its links and the copies outside stand, for the curators' desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from releases.models import Audience, Delivery, Recipient, Release, Reminder
from releases.queries.feed import waiting_items, waiting_withdrawals
from releases.queries.holding import Holding, holdings
from releases.queries.offering import offers
from releases.queries.receiving import refusal
from releases.transitions import ReleaseState


@dataclass(frozen=True, slots=True)
class Closed:
    """How many of a release's `files` with photos or what was read in them are `closed` to recipients now.

    `left`: whether a photo left for good, so that they stay closed in this release. `next_from` is the day from which a
    next one can be published however few photos left; None where nothing waits for it.
    """

    files: int
    closed: int
    left: bool
    next_from: datetime | None

    @property
    def is_all(self) -> bool:
        """Whether recipients get papers only."""
        return self.closed == self.files


def closed_of(release: Release) -> Closed:
    """What of a published release recipients cannot fetch at this moment. Asks the gate about all of its photos."""
    shut = [bool(offer.closed) for offer in offers(release) if not offer.file.is_paper]
    waiting = waiting_withdrawals(release.audience)
    return Closed(
        files=len(shut),
        closed=sum(shut),
        left=release.items.left().exists(),
        next_from=None if waiting.is_due else waiting.due_at,
    )


def link_state(delivery: Delivery, closed: Closed | None) -> str:
    """What a link still opens; `closed` is that of its release while it is published, else None.

    "open": all that is in the release; "partly": not every file; "papers": no photo and nothing read in one; "reports":
    only what was deleted can be said by it; "ended": nothing.
    """
    refused = refusal(delivery)
    if refused:
        return "ended" if refused == "ended" else "reports"
    if delivery.release.state != ReleaseState.PUBLISHED or (closed and closed.files and closed.is_all):
        return "papers"
    return "partly" if closed and closed.closed else "open"


@dataclass(frozen=True, slots=True)
class Copy:
    """A holding as curators read it: `waiting` photos of it left and are told by the next notice.

    `is_mailed`: whether the mail about the newest notice that it is behind went out.
    """

    held: Holding
    waiting: int
    is_mailed: bool

    @property
    def has_to_go(self) -> bool:
        """Whether nothing of it may be kept: its release was taken back."""
        return any(not one.number for one in self.held.behind)

    @property
    def named(self) -> str:
        """The numbers of the notices that it is behind."""
        return ", ".join(str(one.number) for one in self.held.behind)


def copies(*, recipient: Recipient | None = None) -> list[Copy]:
    """Every copy outside, or one recipient's, in the order of `holdings`."""
    held = holdings(recipient=recipient)
    waiting, mailed = _waiting(), _mailed(held)
    return [
        Copy(
            one,
            waiting=0 if one.is_deleted else waiting.get(one.release.pk, 0),
            is_mailed=bool(one.behind) and (one.recipient.pk, one.release.pk, one.behind[-1].number) in mailed,
        )
        for one in held
    ]


def _waiting() -> dict[object, int]:
    """By release, how many photos of it left and stand in no notice yet."""
    found: dict[object, int] = {}
    for audience in Audience.values:
        rows = waiting_items(audience).order_by().values_list("release").annotate(photos=Count("pk"))
        found.update(rows)
    return found


def _mailed(held: Iterable[Holding]) -> set[tuple[object, object, int]]:
    behind = [one for one in held if one.behind]
    sent = Reminder.objects.filter(sent_at__isnull=False, delivery__recipient__in={one.recipient.pk for one in behind})
    return set(sent.values_list("delivery__recipient", "delivery__release", "notice_number"))
