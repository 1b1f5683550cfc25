"""What is worth an alarm, when, and what to do then. Everything else is a figure on a page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Figures = Mapping[str, float]
UNSERVED: Final = "unserved"
FIGURES_MISSING: Final = "figures_missing"
# Seconds. What waits longer than this is not a busy hour any more.
PHOTO_WAITS: Final = 3600
CHECKPOINT_BEHIND: Final = 600
MAIL_WAITS: Final = 1800
# A backup each night with time for itself; the second place of the keys every quarter of an hour.
BACKUP_OLD: Final = 26 * 3600
SECOND_PLACE_OLD: Final = 3600
# What is asked each minute and gave no sign for so long is gone: a worker, the clock, whoever looks.
SILENT_AFTER: Final = timedelta(minutes=5)
# Uploads end at the floor itself; somebody should know before.
FLOORS: Final = 2


@dataclass(frozen=True, slots=True)
class Condition:
    """One kind of alarm. `todo` is what to do first; `anchor` the heading of docs/operate/alarms.md that says more.

    `figure` is what it is found by, where that is a figure, and `is_wrong` tells which values are worth it;
    `page` the page of administrators where it can be seen to.
    """

    title: Promise
    todo: Promise
    anchor: str
    figure: str = ""
    is_wrong: Callable[[float], bool] = lambda value: value > 0
    page: str = ""


def _above(most: float) -> Callable[[float], bool]:
    return lambda value: value > most


def _is_disk_low(free: float) -> bool:
    return free < low_disk()


def low_disk() -> int:
    """Bytes: with less free an alarm is raised."""
    return int(FLOORS * settings.FREE_DISK_FLOOR_BYTES)


# The worst first: as pages and mails tell them.
CONDITIONS: Final[dict[str, Condition]] = {
    "photo_locked": Condition(
        _("A photo is locked and no officer has seen to it"),
        _("Call a safety officer now: the written procedure says what to do. Nobody else looks, copies or deletes."),
        "a-list-hit",
        "locked_waiting",
    ),
    "witness_objects": Condition(
        _("A witness knows another history of the log"),
        _("Change nothing, keep every copy and checkpoint, and tell the auditors before anything else."),
        "a-witness-complains",
        "log_witnesses_objecting",
    ),
    "log_refuses": Condition(
        _("The keeper of the log refuses to sign"),
        _("The desk of the auditors says why. Do not restart or restore anything before you have read it."),
        "the-log-worker-refuses",
        "log_refused",
    ),
    "erasure_late": Condition(
        _("An erasure is late"),
        _("This is a promise to a person. See that the sweep worker runs and that the object store deletes."),
        "an-erasure-is-late",
        "erasures_late",
    ),
    UNSERVED: Condition(
        _("Nobody serves the queue %(about)s"),
        _("Start its worker again and read the last lines of its log. Nothing is lost: the work waits as rows."),
        "a-queue-is-not-served",
    ),
    "views_stopped": Condition(
        _("Somebody opened more pictures than the work needs"),
        _("Speak to the person, then let them go on at Stopped views. If it was not them, deactivate the account."),
        "views-are-stopped",
        "views_stopped",
        page="screening:stops",
    ),
    "gate_closed": Condition(
        _("No photo is shown or used: the gate is closed"),
        _("The page Known lists of the officers says why: a list was not matched in time, or a policy ran out."),
        "the-gate-is-closed",
        "gate_closed",
    ),
    "second_place_old": Condition(
        _("The second place of the keys was not replaced for more than an hour"),
        _("See that it can be reached and written. Until then it could open what was erased, and lacks new keys."),
        "the-second-place-of-the-keys-is-old",
        "second_place_seconds",
        _above(SECOND_PLACE_OLD),
    ),
    "backup_old": Condition(
        _("No backup was made for more than a day"),
        _("Read what the last one said, mend the cause, and make one now: what came since is nowhere else."),
        "the-backup-is-old",
        "backup_seconds",
        _above(BACKUP_OLD),
    ),
    "checkpoint_behind": Condition(
        _("An entry of the log has waited ten minutes for a checkpoint"),
        _("See that the log worker runs, reaches the database and can write to the store of copies."),
        "the-checkpoint-is-old",
        "checkpoint_behind_seconds",
        _above(CHECKPOINT_BEHIND),
    ),
    "disk_low": Condition(
        _("The disk is nearly full"),
        _("Make room or a larger disk. Below the floor no photo is taken any more; nothing that is there is lost."),
        "the-disk-is-full",
        "disk_free_bytes",
        _is_disk_low,
    ),
    "mail_waits": Condition(
        _("Mail has waited for more than half an hour"),
        _("Nobody can agree or withdraw by link. See that the mail worker runs and that the mail server takes mail."),
        "mail-is-not-sent",
        "mails_oldest_seconds",
        _above(MAIL_WAITS),
    ),
    "photo_waits": Condition(
        _("A photo has waited for more than an hour to be checked"),
        _("See whether the images worker runs and keeps up; start a second one, or see which step gives up."),
        "a-photo-waits-too-long",
        "intake_oldest_seconds",
        _above(PHOTO_WAITS),
    ),
    "steps_parked": Condition(
        _("A step of a photo gave up"),
        _("Read which step it was and why in the log of its worker, mend the cause, then have it tried again."),
        "a-step-gave-up",
        "steps_parked",
    ),
    "release_parked": Condition(
        _("A part of a release gave up"),
        _("The page of the curators names it. Read the log of the releases worker, mend it, have it tried again."),
        "a-release-is-parked",
        "release_parts_parked",
    ),
    FIGURES_MISSING: Condition(
        _("A part of the site could not say how it stands"),
        _("Its database, its files or its keys may be out of reach. The log of the sweep worker names the part."),
        "figures-are-missing",
    ),
}


def found(figures: Figures, unserved: Iterable[str], missing: bool) -> Iterator[str]:
    """What is wrong now: `code`, or `unserved:QUEUE` for each queue that nobody serves."""
    yield from (f"{UNSERVED}:{queue}" for queue in unserved)
    for code, condition in CONDITIONS.items():
        if condition.figure in figures and condition.is_wrong(figures[condition.figure]):
            yield code
    if missing:
        yield FIGURES_MISSING


def is_told(code: str, figures: Figures) -> bool:
    """Whether these figures say if there is cause for this alarm: a silent room does not say that all is well."""
    # This version may not know the code any more; then no look finds it.
    condition = CONDITIONS.get(code)
    return condition is None or not condition.figure or condition.figure in figures


def in_words(key: str) -> tuple[str, str, str]:
    """Title, what to do, and the anchor, for what a look found."""
    code, _colon, about = key.partition(":")
    condition = CONDITIONS[code]
    return str(condition.title) % {"about": about}, str(condition.todo), condition.anchor
