"""What happens after a campaign was closed, read from the data: what is in use, what still waits, and until when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max, Min
from django.utils.module_loading import import_string

from consent.queries import in_force
from contributions.models import Contribution, Photo
from contributions.queries.use import in_use
from contributions.transitions import HELD, SendingState

KEPT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Photos in use, and those of them that staff still have to look at; when the last question to a giver is over;
    when the first and the last agreement in force run out. A time is None where there is none, or no end.
    """

    in_use: int
    being_checked: int
    answers_until: datetime | None
    first_end: datetime | None
    last_end: datetime | None


def afterwards() -> Afterwards:
    """What stands now; at most five minutes old, since it reads everything."""
    found = cache.get_or_set("campaign:afterwards", _read, KEPT_SECONDS)
    return found if isinstance(found, Afterwards) else _read()


def _read() -> Afterwards:
    being_checked: Callable[[], int] = import_string(settings.PHOTOS_BEING_CHECKED)
    ends = in_force().aggregate(first=Min("expires_at"), last=Max("expires_at"))
    return Afterwards(in_use().count(), being_checked(), _answers_until(), ends["first"], ends["last"])


def _answers_until() -> datetime | None:
    held = Photo.objects.filter(state__in=HELD).values("contribution")
    waiting = Contribution.objects.filter(state=SendingState.SENT, pk__in=held)
    newest: datetime | None = waiting.aggregate(newest=Max("sent_at"))["newest"]
    return newest and newest + timedelta(days=settings.UNVERIFIED_DAYS)
