"""What the log still knows of releases, notices and people where restored tables know less."""

from typing import NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model

from audit.models import Event
from audit.queries import legible, mentioning


class Told(NamedTuple):
    """The newest notice of an audience that the log tells of, and the SHA-256 of its text in hex."""

    number: int
    sha256: str


def staff_of(entry: Event | None) -> UUID | None:
    """Who did what an entry tells, where the tables know that person."""
    kind, _colon, who = entry.actor.partition(":") if entry else ("", "", "")
    try:
        found = get_user_model().objects.filter(pk=UUID(who)).first() if kind == "staff" else None
    except ValueError:
        return None
    return found.pk if found else None


def last_of(subject: UUID, action: str, *, before: Event) -> Event | None:
    """The newest entry of this kind about `subject` that is older than `before`."""
    return mentioning(str(subject), action=action).filter(index__lt=before.index).order_by("-index").first()


def last_number(audience: str) -> int:
    """The highest number of a release of this audience that the log tells of; 0 without one."""
    drafted = legible(Event.objects.filter(action="release:drafted"), _drafted)
    return max((fields[1] for _entry, fields in drafted if fields and fields[0] == audience), default=0)


def last_notice(audience: str) -> Told | None:
    """The newest withdrawal notice of this audience that the log tells of."""
    newest_first = mentioning(f"withdrawals:{audience}", action="withdrawals:announced").order_by("-index")
    return next((fields for _entry, fields in legible(newest_first[:1], _announced) if fields), None)


def _drafted(entry: Event) -> tuple[str, int]:
    return str(entry.data["audience"]), int(entry.data["number"])


def _announced(entry: Event) -> Told:
    return Told(int(entry.data["number"]), str(entry.data["sha256"]))
