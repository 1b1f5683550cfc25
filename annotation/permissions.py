"""Who may read photos, who settles, who sees how the reading goes, and who searches."""

from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied

from annotation.transitions import FOR_ANNOTATORS, Stage
from audit.permissions import Visitor, has_role, id_in_role

_STAGES: Final = {"annotator": frozenset(FOR_ANNOTATORS), "adjudicator": frozenset({Stage.SETTLING})}
_FINDERS: Final = ("lead", "adjudicator", "curator")


def check_can_annotate(user: Visitor) -> UUID:
    """The annotator's id; raises PermissionDenied for everybody else."""
    return id_in_role(user, "annotator")


def check_can_settle(user: Visitor) -> UUID:
    """The adjudicator's id; raises PermissionDenied for everybody else."""
    return id_in_role(user, "adjudicator")


def check_can_read_tasks(user: Visitor) -> UUID:
    """The id of an annotator or an adjudicator; raises PermissionDenied for everybody else."""
    return _id_in_any(user, *_STAGES)


def stages_of(user: Visitor) -> frozenset[Stage]:
    """At which stages this person may answer a task; none without a role for it."""
    return frozenset().union(*(stages for role, stages in _STAGES.items() if has_role(user, role)))


def is_blind(user: Visitor) -> bool:
    """Whether this person reads photos, and so must not learn which of them others read, too, or settle."""
    return has_role(user, "annotator")


def check_can_lead(user: Visitor) -> UUID:
    """The lead's id; raises PermissionDenied for everybody else."""
    return id_in_role(user, "lead")


def check_can_see_agreement(user: Visitor) -> UUID:
    """The id of a lead or an adjudicator; raises PermissionDenied for everybody else."""
    return _id_in_any(user, "lead", "adjudicator")


def check_can_find(user: Visitor) -> UUID:
    """The id of somebody who may search the collection; raises PermissionDenied for everybody else."""
    return _id_in_any(user, *_FINDERS)


def _id_in_any(user: Visitor, *roles: str) -> UUID:
    if user.pk is None or not any(has_role(user, role) for role in roles):
        raise PermissionDenied(f"This takes one of the roles {', '.join(roles)}.")
    return user.pk
