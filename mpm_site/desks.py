"""The pages of staff: what each role is offered, and the upper rooms' own pages on the desks of lower ones."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Role, label, address, description: on the start page and in the navigation, in this order.
STAFF: Final[list[tuple[str, str | Promise, str, str | Promise]]] = [
    (
        "annotator",
        _("Read photos"),
        "annotation:workbench",
        _("Confirm the people, ages and border of the next photo."),
    ),
    (
        "adjudicator",
        _("Settle photos"),
        "annotation:settle",
        _("Decide where two readers differ, or where one could not."),
    ),
    ("lead", _("Team"), "annotation:lead", _("Queue, pace and exposure of the team.")),
    *(
        (role, _("Agreement"), "annotation:agreement", _("How far people agree who read the same photos."))
        for role in ("lead", "adjudicator")
    ),
    *(
        (
            role,
            _("Find"),
            "annotation:find",
            _("Ask the collection and read the answer; a picture opens only by a press."),
        )
        for role in ("lead", "adjudicator", "curator")
    ),
    *(
        (role, _("Near-duplicates"), "screening:duplicates", _("Say which photos of the collection are one picture."))
        for role in ("lead", "officer")
    ),
    ("officer", _("Screening"), "screening:queue", _("Decide what screening held, and see what is locked.")),
    ("officer", _("Claims"), "contributions:claims_desk", _("Answer people who think that they are pictured.")),
    (
        "officer",
        _("Legal holds"),
        "screening:holds",
        _("Keep a photo that the law obliges us to keep, with a second officer."),
    ),
    (
        "curator",
        _("Releases"),
        "releases:index",
        _("Make versions of the dataset, say who gets them, and keep what they were used for."),
    ),
    (
        "curator",
        _("Updates"),
        "releases:updates_desk",
        _("Tell givers what became of their photos, with a second curator."),
    ),
    ("auditor", _("Log"), "audit:desk", _("Read who agreed to what and when, and prove that nobody altered it.")),
    (
        "administrator",
        _("Campaign"),
        "contributions:campaign_desk",
        _("Open, pause or close it, and see how far people get."),
    ),
    *(
        (role, _("Stopped views"), "screening:stops", _("Let somebody go on who opened too many pictures."))
        for role in ("lead", "administrator")
    ),
    ("administrator", _("System"), "operations:system", _("See how the site runs, and what needs somebody now.")),
    ("administrator", _("People"), "accounts:people", _("Invite staff, give roles, reset how somebody signs in.")),
    *(
        (role, _("Notices"), "consent:staff_notices", _("Read what people were asked to agree to, and what changed."))
        for role in ("lead", "curator", "administrator")
    ),
]
# What waits for one person behind such an address: an upper room's list for that person's id, in words and addresses.
WAITING: Final = {
    "releases:index": "releases.queries.tasks_for",
    "accounts:people": "accounts.queries.tasks_for",
    "screening:stops": "screening.queries.stops_waiting",
}
# What somebody has to see to before all else, told so at the top of the start page.
URGENT: Final = {"operations:system": "operations.queries.waiting_for"}
# Label and address of each page of the safety officer's desk, and of upper rooms' pages on the auditor's.
OFFICER: Final = [
    (_("Held"), "screening:queue"),
    (_("Locked"), "screening:locked"),
    (_("Second officer"), "screening:proposals"),
    (_("Figures"), "screening:figures"),
    (_("Known lists"), "screening:known_lists"),
]
AUDIT: Final = [(_("Notices"), "consent:audit_notices"), (_("Views of photos"), "screening:audit_views")]
