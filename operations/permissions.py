"""Who may see how the site runs."""

from uuid import UUID

from audit.permissions import Visitor, id_in_role


def check_can_see_system(user: Visitor) -> UUID:
    """The administrator's id; raises PermissionDenied for everybody else."""
    return id_in_role(user, "administrator")
