"""Who may see and rule what was held, and who may place and lift legal holds."""

from uuid import UUID

from audit.permissions import Visitor, has_role, id_in_role


def check_can_rule(user: Visitor) -> UUID:
    """The safety officer's id; raises PermissionDenied for everybody else."""
    return id_in_role(user, "officer")


def check_can_lift_stops(user: Visitor) -> UUID:
    """The id of the lead or the administrator, who let others look again; raises PermissionDenied for others."""
    return id_in_role(user, "administrator" if has_role(user, "administrator") else "lead")


def check_can_hold(user: Visitor) -> UUID:
    """The safety officer's id; raises PermissionDenied for everybody else. That two take each step is the action's."""
    return id_in_role(user, "officer")


def check_can_compare(user: Visitor) -> UUID:
    """The id of the lead or the safety officer, who compare near-duplicates; raises PermissionDenied for others."""
    return id_in_role(user, "officer" if has_role(user, "officer") else "lead")


def can_answer(user: Visitor) -> bool:
    """Whether this person says what becomes of a withdrawn photo's near-duplicates."""
    return has_role(user, "officer")


def check_can_answer(user: Visitor) -> UUID:
    """The safety officer's id, who alone ends the use of a photo; raises PermissionDenied for everybody else."""
    return id_in_role(user, "officer")
