"""The roles a staff person can have. Each is a Django group of the same name, made by a migration."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ROLES = {
    "annotator": _("Annotator"),
    "adjudicator": _("Adjudicator"),
    "officer": _("Safety officer"),
    "lead": _("Lead"),
    "curator": _("Curator"),
    "auditor": _("Ethics auditor"),
    "administrator": _("Administrator"),
}
# An administrator sees no image and an auditor is independent of the work, so neither holds another role.
STAND_ALONE = frozenset({"auditor", "administrator"})
# Each of these decides some things with a second person of the same role, so that nobody may come to hold two such
# accounts: before somebody gets one, a second administrator agrees.
DECIDE_IN_TWOS = frozenset({"officer", "curator", "administrator"})


class RolesRefused(ValueError):
    """The roles asked for are none, unknown, or may not be held by one person."""


def check_roles(roles: set[str]) -> None:
    """Raise RolesRefused unless one person may hold exactly these roles."""
    if not roles:
        raise RolesRefused(gettext("Choose at least one role."))
    if unknown := roles - ROLES.keys():
        raise RolesRefused(gettext("There is no role called %s.") % ", ".join(sorted(unknown)))
    if len(roles) > 1 and roles & STAND_ALONE:
        raise RolesRefused(gettext("An auditor or administrator holds no other role."))
