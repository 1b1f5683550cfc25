"""Who may read photos, and who sees how the reading goes."""

from uuid import UUID

from audit.permissions import Visitor, id_in_role


def check_can_annotate(user: Visitor) -> UUID:
    """The annotator's id; raises PermissionDenied for everybody else."""
    return id_in_role(user, "annotator")


def check_can_lead(user: Visitor) -> UUID:
    """The lead's id; raises PermissionDenied for everybody else."""
    return id_in_role(user, "lead")
