"""Every number that is kept of how the site runs: what it is called, and what it counts. Rooms compute them."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SECONDS: Final = "s"
BYTES: Final = "B"
YES_OR_NO: Final = "?"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, as the queries of settings.SYSTEM_FIGURES name it. `unit` is one of the three, or "" for a count."""

    label: Promise
    unit: str = ""


PHOTOS: Final[dict[str, Figure]] = {
    "intake_steps_waiting": Figure(_("Steps after an upload that wait")),
    "intake_oldest_seconds": Figure(_("Oldest photo that waits to be checked"), SECONDS),
    "consented_steps_waiting": Figure(_("Steps after consent that wait")),
    "consented_oldest_seconds": Figure(_("Oldest step after consent"), SECONDS),
    "steps_parked": Figure(_("Steps that gave up and wait for a person")),
    "texts_waiting": Figure(_("Photos still to be searched for text")),
    "texts_parked": Figure(_("Searches for text that gave up")),
}
LEAVING: Final[dict[str, Figure]] = {
    "withdrawal_steps_waiting": Figure(_("Steps out of use that wait")),
    "withdrawal_oldest_seconds": Figure(_("Oldest step out of use"), SECONDS),
    "erasures_waiting": Figure(_("Photos on their way out")),
    "erasures_oldest_seconds": Figure(_("Longest since a withdrawal"), SECONDS),
    "erasures_late": Figure(_("Erasures later than promised")),
    "deletions_waiting": Figure(_("Objects still to be deleted")),
    "epoch_age_seconds": Figure(_("Age of the epoch of keys"), SECONDS),
}
STAFF: Final[dict[str, Figure]] = {
    "held_waiting": Figure(_("Held photos that wait for an officer")),
    "held_oldest_seconds": Figure(_("Longest held"), SECONDS),
    "locked_waiting": Figure(_("Locked photos that no officer has seen to")),
    "lists_unreliable": Figure(_("Required lists that cannot be relied on")),
    "gate_closed": Figure(_("The gate is closed"), YES_OR_NO),
    "views_stopped": Figure(_("People whose views are stopped")),
    "reading_waiting": Figure(_("Photos that wait to be read")),
    "settling_waiting": Figure(_("Photos that wait to be settled")),
    "reading_oldest_seconds": Figure(_("Longest wait for a reading"), SECONDS),
}
OUTSIDE: Final[dict[str, Figure]] = {
    "mails_waiting": Figure(_("Mails that wait")),
    "mails_oldest_seconds": Figure(_("Oldest mail"), SECONDS),
    "releases_building": Figure(_("Releases being built")),
    "releases_oldest_seconds": Figure(_("Longest build"), SECONDS),
    "crops_waiting": Figure(_("Pictures to be cut out for releases")),
    "release_parts_parked": Figure(_("Parts of releases that gave up")),
    "checkpoint_behind_seconds": Figure(_("Oldest log entry without a checkpoint"), SECONDS),
    "log_looked_seconds": Figure(_("Since the keeper of the log looked"), SECONDS),
    "log_refused": Figure(_("The keeper of the log refuses to sign"), YES_OR_NO),
    "log_witnesses_objecting": Figure(_("Witnesses that know another history")),
    "disk_free_bytes": Figure(_("Free disk"), BYTES),
    "backup_seconds": Figure(_("Since the last backup"), SECONDS),
    "second_place_seconds": Figure(_("Since the second place of the keys was replaced"), SECONDS),
}
GROUPS: Final = (
    (_("Photos coming in"), PHOTOS),
    (_("Photos on their way out"), LEAVING),
    (_("What waits for staff"), STAFF),
    (_("Mail, releases, log, disk"), OUTSIDE),
)
FIGURES: Final[dict[str, Figure]] = {**PHOTOS, **LEAVING, **STAFF, **OUTSIDE}
