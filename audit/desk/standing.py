"""The first line of the auditor's desk: whether the log is whole, in words and in a colour.

The words come from what the log's keeper signed, which no other process can make. The page around them is the site's
own: a process that was taken over can show any page, so auditors also run the programs on machines of their own.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit import queries
from audit.copies.reading import CopiesDamaged
from audit.desk.sentences import numbered
from audit.models import Event
from audit.proofs.statements import NotAStatement, Statement
from audit.standalone.verify_log import Bad

logger = logging.getLogger(__name__)
LATE_AFTER = timedelta(minutes=5)
AHEAD_AFTER = timedelta(minutes=5)
FULL_LATE_AFTER = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the first line says; `tone` is one of the notice component's.

    `statement` is None where there is none that can be believed.
    """

    tone: str
    title: str
    text: str
    statement: Statement | None = None


def standing_now() -> Standing:
    """What the keeper's newest statement says, held against the entries that are there now."""
    try:
        statement = queries.statement()
    except CopiesDamaged:
        logger.exception("What the log's keeper said cannot be read.")
        return _unreadable()
    except (Bad, NotAStatement):
        return _forged()
    size = queries.end(using=queries.AUDITOR).size
    return standing(statement, size=size, is_as_seen=statement is None or _is_as_seen(statement), now=timezone.now())


def standing(statement: Statement | None, *, size: int, is_as_seen: bool, now: datetime) -> Standing:
    """The words for a statement about a log of `size` entries now.

    `is_as_seen`: whether the last entry that the keeper saw is still the same.
    """
    if statement is None:
        text = _("The log's keeper has not signed a statement yet. It looks every 20 seconds once its worker runs.")
        return Standing("warning", _("Log not verified yet"), text)
    wrong = _wrong(statement, size=size, is_as_seen=is_as_seen, now=now)
    if wrong is not None:
        return wrong
    title = _("Log verified: no entries")
    if statement.size:
        title = _("Log verified to entry %(entry)s") % {"entry": numbered(statement.size - 1)}
    facts = [title, *_checkpoint(statement, now), _witnesses(statement)]
    warnings = list(_warnings(statement, now))
    text = " ".join([*warnings, _waiting(size - statement.size)])
    return Standing("warning" if warnings else "success", ", ".join(facts), text, statement)


def moment(at: datetime, now: datetime) -> str:
    """A time of today as 14:02, another with its day (UTC)."""
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M}"


def _is_as_seen(statement: Statement) -> bool:
    if not statement.size:
        return True
    last = Event.objects.using(queries.AUDITOR).filter(index=statement.size - 1).first()
    return last is not None and bytes(last.chain).hex() == statement.chain


def _wrong(statement: Statement, *, size: int, is_as_seen: bool, now: datetime) -> Standing | None:
    """Why the log cannot be relied on, or why that is not known, if so; the worst comes first."""
    when = moment(statement.looked_at, now)
    if statement.first_bad is not None:
        title = _("Log broken at entry %(entry)s, %(time)s") % {"entry": numbered(statement.first_bad), "time": when}
        text = f"{_faults().get(statement.reason, statement.reason)} {_keep_everything()}"
        return Standing("danger", title, text, statement)
    if refused := statement.refused or ("" if size >= statement.size else "behind"):
        title, text = _refusals().get(refused, (_("No newer checkpoint is signed"), refused))
        title = _("%(what)s, %(time)s") % {"what": title, "time": when}
        return Standing("warning" if refused == "copies" else "danger", title, text, statement)
    if not is_as_seen:
        title = _("Log altered since %(time)s") % {"time": when}
        text = _("Entry %(entry)s is no longer the one that the log's keeper saw.") % {
            "entry": numbered(statement.size - 1)
        }
        return Standing("danger", title, f"{text} {_keep_everything()}", statement)
    if statement.objecting:
        return _objected(statement, when)
    return _unknown(statement, now)


def _objected(statement: Statement, when: str) -> Standing:
    """A witness that knows another history is told even while all else fits: it is what an attacker cannot undo."""
    title = _("Another history of this log is known to witness %(names)s, %(time)s") % {
        "names": ", ".join(statement.objecting),
        "time": when,
    }
    text = _(
        "It cosigned a later checkpoint than this one, or another one of the same size. Either the keeper was set "
        "back to an earlier time, or two keepers sign with the same key, or history was rewritten."
    )
    return Standing("danger", title, f"{text} {_keep_everything()}", statement)


def _unknown(statement: Statement, now: datetime) -> Standing | None:
    """An old statement can be put back, and one of the future would never be old: neither says how the log is now."""
    if now - statement.looked_at > LATE_AFTER:
        title = _("Whether the log is whole is not known since %(time)s") % {"time": moment(statement.looked_at, now)}
        text = _(
            "The log's keeper is late, or its newer statements were taken away. See that its worker runs, and check "
            "the log on your own machine."
        )
        return Standing("danger", title, text, statement)
    if statement.looked_at - now > AHEAD_AFTER:
        title = _("Whether the log is whole is not known: the keeper's time is ahead, %(time)s") % {
            "time": moment(statement.looked_at, now)
        }
        text = _(
            "A statement of the future would hide that no newer ones come. Set the clocks of both machines right, and "
            "check the log on your own machine."
        )
        return Standing("danger", title, text, statement)
    return None


def _checkpoint(statement: Statement, now: datetime) -> Iterator[str]:
    if statement.checkpoint_at is not None:
        yield _("checkpoint %(time)s") % {"time": moment(statement.checkpoint_at, now)}


def _witnesses(statement: Statement) -> str:
    count = len(statement.witnesses)
    return ngettext("%(count)s witness", "%(count)s witnesses", count) % {"count": count} if count else _("no witness")


def _warnings(statement: Statement, now: datetime) -> Iterator[str]:
    if statement.verified_at is None:
        yield _("The whole log has not been recomputed yet.")
    elif now - statement.verified_at > FULL_LATE_AFTER:
        yield _("The whole log was last recomputed at %(time)s; that should happen every hour.") % {
            "time": moment(statement.verified_at, now)
        }
    if statement.silent:
        yield _("No answer from witness %(names)s.") % {"names": ", ".join(statement.silent)}
    elif not statement.witnesses:
        yield _("No witness outside cosigns the checkpoints: keep some of them yourself.")


def _waiting(count: int) -> str:
    if count <= 0:
        return _("Every entry is as it was recorded, and none is missing.")
    text = ngettext(
        "%(count)s newer entry waits for the next checkpoint.",
        "%(count)s newer entries wait for the next checkpoint.",
        count,
    )
    return text % {"count": numbered(count)}


def _forged() -> Standing:
    title = _("The statement about this log is not signed with the log's key")
    text = _("Somebody wrote it who does not have that key, or the file is damaged. Believe nothing of what it says.")
    return Standing("danger", title, f"{text} {_keep_everything()}")


def _unreadable() -> Standing:
    title = _("The statement about this log cannot be read")
    text = _("The file is damaged, or the store of copies does not answer. The entries are not touched by that.")
    return Standing("danger", title, f"{text} {_keep_everything()}")


def _keep_everything() -> str:
    return _("Keep your exports and checkpoints, change nothing, and tell the others who audit this log.")


def _faults() -> dict[str, str]:
    return {
        "missing": _("An entry is missing there, or stands in the wrong place."),
        "leaf": _("The text of this entry is not the text that was sealed."),
        "chain": _("This entry does not follow the one before it."),
        "columns": _("What the table shows of this entry differs from the text that was sealed."),
        "end": _("The log does not end where its last entry says."),
        "signed": _("The entries up to there are not the ones that a checkpoint was signed for."),
    }


def _refusals() -> dict[str, tuple[str, str]]:
    """Why no newer checkpoint is signed: what it is, what it means and what to do."""
    return {
        "behind": (
            _("Log behind its last checkpoint"),
            _(
                "The database holds fewer entries than were signed, as after a restored backup. The site stays closed "
                "until `manage.py restore_log` has refilled it from the copies."
            ),
        ),
        "inconsistent": (
            _("Log inconsistent with its last checkpoint"),
            _("The entries do not go on from what was signed before: history was rewritten.")
            + " "
            + _keep_everything(),
        ),
        "broken": (_("Log broken"), _("An entry is not as it was sealed.") + f" {_keep_everything()}"),
        "copies": (
            _("Log not copied"),
            _(
                "New entries could not be copied off the database, so no newer checkpoint is signed. Nothing is lost; "
                "see that the store of copies can be reached."
            ),
        ),
        "forgotten": (
            _("The last checkpoint is not known"),
            _(
                "The keeper does not know any more what it signed last, so it signs nothing. Bring its folder of keys "
                "back from where it was kept, or see `manage.py adopt_checkpoint --help`."
            ),
        ),
    }
