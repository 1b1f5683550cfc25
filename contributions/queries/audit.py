"""What this room shows on the auditor's desk, read as the auditor's own role."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from operator import attrgetter
from statistics import median

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.queries import AUDITOR, Chart, Panel, Points, Series
from consent.queries import state_of
from contributions.models import UNDER_WAY, ConsentSubject, Invitation, Photo, Withdrawal
from contributions.queries.cards import OWN_NO
from contributions.queries.use import in_use
from contributions.queries.ways_out import MOST, WayOut, ways_out
from contributions.transitions import InvitationState, PhotoState

DAYS = 90
TOLD = 10
# Use stops with the withdrawal itself; this is what the other rooms may take to let go.
EFFECT_SECONDS = 1
Measure = Callable[[WayOut], float | None]
# How long a withdrawal took, and whether it still waits: for the end of all use in seconds, for erasure in hours.
EFFECT: tuple[Measure, Callable[[WayOut], bool]] = (attrgetter("effect_seconds"), attrgetter("waits_for_effect"))
ERASURE: tuple[Measure, Callable[[WayOut], bool]] = (attrgetter("erasure_hours"), attrgetter("waits_for_erasure"))


def audit_panel() -> Panel:
    """People and photos in use, photos by state, and the withdrawals that wait for their end."""
    used = ConsentSubject.objects.using(AUDITOR).filter(photo__in=in_use())
    count = used.aggregate(people=Count("participant", distinct=True), photos=Count("photo", distinct=True))
    states = dict(Photo.objects.using(AUDITOR).order_by().values_list("state").annotate(Count("pk")))
    waiting = Withdrawal.objects.using(AUDITOR).filter(UNDER_WAY).aggregate(n=Count("pk"), oldest=Min("stopped_at"))
    wait = in_words(timezone.now() - waiting["oldest"]) if waiting["oldest"] else _("none")
    rows: list[tuple[str, object]] = [
        (_("People with a photo in use"), count["people"]),
        (_("Photos in use"), count["photos"]),
        (_("Withdrawals waiting for erasure"), waiting["n"]),
        (_("Longest wait since a withdrawal"), wait),
        (_("Questions to people shown"), _asked()),
    ]
    bars = [(str(state.label), states.get(state.value, 0)) for state in PhotoState]
    return Panel(title=_("People and photos"), rows=rows, bars=bars)


def _asked() -> str:
    """What became of the questions to people who are shown, one per person and photo. A later no counts as a no."""
    rows = Invitation.objects.using(AUDITOR).filter(asked_at__isnull=False)
    own = ConsentSubject.objects.filter(photo=OuterRef("photo"), participant=OuterRef("participant"))
    said_no = Exists(own.annotate(state=state_of("pk")).filter(state__in=OWN_NO))
    answered = Q(state=InvitationState.ANSWERED)
    counts = rows.aggregate(
        asked=Count("pk"),
        agreed=Count("pk", filter=answered & Q(~said_no)),
        refused=Count("pk", filter=answered & Q(said_no)),
        silent=Count("pk", filter=Q(state=InvitationState.LAPSED)),
    )
    return _("%(asked)d asked, %(agreed)d agreed, %(refused)d refused, %(silent)d did not answer") % counts


def audit_charts() -> list[Chart]:
    """How long withdrawals of the last 90 days took to end all use, and to erase: from the log alone."""
    ways, is_cut = ways_out(since=timezone.now().date() - timedelta(days=DAYS))
    effect, erasure = (
        Chart(
            title=title,
            text=_text(promised, unit, is_cut=is_cut),
            unit=unit,
            points=_points(ways, measure, promised),
            columns=_columns(unit),
            rows=_weeks(ways, measure, waits),
            sentences=[],
        )
        for title, unit, promised, (measure, waits) in (
            (_("From withdrawal to the end of all use"), "s", EFFECT_SECONDS, EFFECT),
            (_("From withdrawal to erasure, backups included"), "h", settings.ERASED_WITHIN_HOURS, ERASURE),
        )
    )
    erasure["sentences"] = [_sentence(way) for way in reversed(ways[-TOLD:])]
    return [effect, erasure]


def in_words(span: timedelta) -> str:
    """A span of time as short as it can be read: 0.4 s, 12 min, 71.5 h."""
    seconds = span.total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"


def _text(promised: int, unit: str, *, is_cut: bool) -> str:
    text = _("Each dot is a withdrawal of the last %(days)d days. Promised: within %(number)d %(unit)s.")
    text %= {"days": DAYS, "number": promised, "unit": unit}
    return text + " " + _("Only the newest %(most)d are shown.") % {"most": MOST} if is_cut else text


def _points(ways: Iterable[WayOut], measure: Measure, promised: int) -> Points:
    reached = [(int(way.at.timestamp()), value) for way in ways if (value := measure(way)) is not None]
    return Points(
        x=[at for at, _value in reached],
        series=[
            Series(label=_("reached"), y=[value for _at, value in reached]),
            Series(label=_("promised"), y=[promised] * len(reached), line=True),
        ],
    )


def _columns(unit: str) -> list[str]:
    per = {"unit": unit}
    return [
        _("Week from"),
        _("Withdrawals"),
        _("Median (%(unit)s)") % per,
        _("Longest (%(unit)s)") % per,
        _("Still waiting"),
    ]


def _weeks(ways: Iterable[WayOut], measure: Measure, waits: Callable[[WayOut], bool]) -> list[list[str]]:
    """A row a week, newest first: its Monday (UTC), how many, median, longest, and how many have not got there."""
    by_week: dict[date, list[WayOut]] = defaultdict(list)
    for way in ways:
        by_week[way.at.date() - timedelta(days=way.at.weekday())].append(way)
    rows = []
    for monday, those in sorted(by_week.items(), reverse=True):
        values = [value for way in those if (value := measure(way)) is not None]
        middle, longest = (f"{median(values):.1f}", f"{max(values):.1f}") if values else ("\N{EN DASH}", "\N{EN DASH}")
        rows.append([monday.isoformat(), str(len(those)), middle, longest, str(sum(map(waits, those)))])
    return rows


def _sentence(way: WayOut) -> str:
    """One withdrawal in words, with whole ids."""
    began = _("Participant %(who)s withdrew photo %(photo)s") % {
        "who": way.actor.partition(":")[2],
        "photo": way.photo,
    }
    parts = [began, _since(way, way.out_of_use, _("out of use after %(span)s"), _("still in use somewhere"))]
    parts.append(_since(way, way.unreadable, _("erased after %(span)s"), _("not erased yet")))
    if way.undone:
        parts[1 if way.out_of_use is None else 2 :] = [_since(way, way.undone, _("taken back after %(span)s"), "")]
    return "; ".join(parts) + "."


def _since(way: WayOut, reached: datetime | None, text: str, otherwise: str) -> str:
    return text % {"span": in_words(reached - way.at)} if reached else otherwise
