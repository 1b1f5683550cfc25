"""Why a report is not taken, in words; by the codes of releases.reports.ReportNotGood."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REPORT_FAULTS: dict[str, str | Promise] = {
    "not_a_report": _("This is not a report of the program. Send all of the file prune-report.json."),
    "another_release": _("This report is about another version."),
    "another_manifest": _("This report is about a version with another manifest than ours. Fetch it again."),
    "not_signed_off": _("Nobody signed this report off. Call the program with a name."),
    "unknown_notice": _("This report names a withdrawal notice that we did not send. Fetch the newest feed."),
    "not_all_deleted": _("Photos that the notices name are not deleted. Call the program again, with the newest feed."),
    "not_what_is_left": _("What is left does not fit what we handed out. Call the program's verify, then prune again."),
    "no_photo": _(
        "This report is about a copy without any photo, but you fetched photos. Prune the copy that holds them, and "
        "send its report. If no copy is left with you, say so on the page of your link, under “Nothing of this version "
        "is left”."
    ),
}
