"""Who may make, publish and fetch releases, and write and approve updates."""

from uuid import UUID

from audit.permissions import Visitor, id_in_role


def check_can_curate(user: Visitor) -> UUID:
    """The curator's id; raises PermissionDenied for everybody else."""
    return id_in_role(user, "curator")
