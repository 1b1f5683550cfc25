"""The first line of the auditor's desk: whether the log is whole, in words and in a colour."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import Verification

LATE_AFTER = timedelta(minutes=15)
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the first line says; `tone` is one of the notice component's."""

    tone: str
    title: str
    text: str


def standing(newest: Verification | None, *, size: int, now: datetime) -> Standing:
    """What is known about a log of `size` entries from its newest verification."""
    if newest is None:
        return Standing("warning", _("Log not verified yet"), _("The first regular check has not run."))
    when = f"{newest.checked_at:%H:%M}"
    if newest.first_bad is not None:
        title = _("Log broken at entry %(entry)s, %(time)s") % {"entry": numbered(newest.first_bad), "time": when}
        return Standing("danger", title, _faults().get(newest.reason, newest.reason))
    title = _("Log verified: no entries, %(time)s") % {"time": when}
    if newest.size:
        title = _("Log verified to entry %(entry)s, %(time)s") % {"entry": numbered(newest.size - 1), "time": when}
    if now - newest.checked_at > LATE_AFTER:
        day = f"{newest.checked_at:%Y-%m-%d}"
        return Standing("warning", title, _("That was on %(day)s: the regular check is late.") % {"day": day})
    return Standing("success", title, _waiting(size - newest.size))


def numbered(number: int) -> str:
    """A whole number in groups of three digits."""
    return f"{number:,}".replace(",", NARROW_SPACE)


def _waiting(count: int) -> str:
    if count <= 0:
        return _("Every entry is as it was recorded, and none is missing.")
    text = ngettext(
        "%(count)s newer entry waits for the next check.", "%(count)s newer entries wait for the next check.", count
    )
    return text % {"count": numbered(count)}


def _faults() -> dict[str, str]:
    return {
        "missing": _("An entry is missing there, or stands in the wrong place."),
        "leaf": _("The text of this entry is not the text that was sealed."),
        "chain": _("This entry does not follow the one before it."),
        "columns": _("What the table shows of this entry differs from the text that was sealed."),
        "end": _("The log does not end where its last entry says."),
    }
