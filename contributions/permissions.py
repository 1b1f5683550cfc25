"""Who may settle what people wrote who think they are pictured, end the use of a photo for good, move the campaign."""

from uuid import UUID

from audit.permissions import Visitor, id_in_role


def check_can_settle(user: Visitor) -> UUID:
    """The safety officer's id; raises PermissionDenied for everybody else."""
    return id_in_role(user, "officer")


def check_can_move_campaign(user: Visitor) -> UUID:
    """The administrator's id; raises PermissionDenied for everybody else."""
    return id_in_role(user, "administrator")
