"""Who may see and rule what was held, and who may place and lift legal holds."""

from uuid import UUID

from audit.permissions import Visitor, id_in_role


def check_can_rule(user: Visitor) -> UUID:
    """The safety officer's id; raises PermissionDenied for everybody else."""
    return id_in_role(user, "officer")


def check_can_hold(user: Visitor) -> UUID:
    """The safety officer's id; raises PermissionDenied for everybody else. That two take each step is the action's."""
    return id_in_role(user, "officer")
