"""Alarms that stand, those of the last weeks, and what /staff/ shows an administrator of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from operations.conditions import CONDITIONS, SILENT_AFTER, found, in_words
from operations.models import Alarm, Look
from operations.queries.figures import Gathered
from operations.queries.serving import Serving

DAYS: Final = 30
# A look comes each minute: what was not seen a moment after a start is no fault yet.
START_SECONDS: Final = 120
# When this process began, by a clock that nobody sets.
_BEGAN: Final = monotonic()


@dataclass(frozen=True, slots=True)
class Told:
    """One alarm in words: what is wrong, what to do, where docs/operate/alarms.md says more."""

    title: str
    todo: str
    anchor: str
    raised_at: datetime
    cleared_at: datetime | None
    page: str = ""

    @property
    def heading(self) -> str:
        """The heading of docs/operate/alarms.md that `anchor` stands for."""
        return self.anchor.replace("-", " ").capitalize()

    @property
    def way(self) -> tuple[str, str] | None:
        """Label and address of the page of administrators where it can be seen to."""
        labels = {url_name: str(label) for _role, label, url_name, _text in settings.STAFF_PAGES}
        return (labels[self.page], reverse(self.page)) if self.page else None


def standing() -> QuerySet[Alarm]:
    """Alarms that are not cleared, of the kinds that this version knows."""
    return Alarm.objects.filter(cleared_at__isnull=True, code__in=CONDITIONS)


def cleared() -> QuerySet[Alarm]:
    """Alarms of the last DAYS days that are over."""
    since = timezone.now() - timedelta(days=DAYS)
    return Alarm.objects.filter(cleared_at__gt=since, code__in=CONDITIONS).order_by("-cleared_at")


def worst_first(alarms: Iterable[Alarm]) -> list[Alarm]:
    """In the order of CONDITIONS."""
    places = list(CONDITIONS)
    return sorted(alarms, key=lambda alarm: (places.index(alarm.code), alarm.about))


def not_yet_raised(gathered: Gathered, served: Iterable[Serving], stand: Iterable[Alarm]) -> list[str]:
    """The titles of what is wrong at this moment and no alarm yet: the next look raises it if it finds it still."""
    known = {alarm.key for alarm in stand}
    silent = [] if is_look_awaited() else [one.queue for one in served if not one.is_served]
    now = found(gathered.figures, silent, bool(gathered.missing))
    return [in_words(key)[0] for key in now if key not in known]


def told(alarm: Alarm) -> Told:
    """An alarm in words."""
    title, todo, anchor = in_words(alarm.key)
    return Told(title, todo, anchor, alarm.raised_at, alarm.cleared_at, CONDITIONS[alarm.code].page)


def newest_look() -> Look | None:
    """The last look that was had at the whole site; None before the first."""
    return Look.objects.order_by("-at").first()


def is_looked_after() -> bool:
    """Whether somebody looks for alarms: otherwise that there is none says nothing."""
    return Look.objects.filter(at__gt=timezone.now() - SILENT_AFTER).exists()


def is_look_awaited() -> bool:
    """Whether no look has come lately, and this process began so lately that workers may be starting, too."""
    return monotonic() - _BEGAN <= START_SECONDS and not is_looked_after()


def waiting_for(_staff_id: UUID) -> list[tuple[str, str]]:
    """What /staff/ shows an administrator: that nobody looks, and each alarm that stands, with the way to the page."""
    url = reverse("operations:system")
    silent = [] if is_looked_after() or is_look_awaited() else [(_("Nobody looks for alarms"), url)]
    return [*silent, *((told(alarm).title, url) for alarm in worst_first(standing()))]
