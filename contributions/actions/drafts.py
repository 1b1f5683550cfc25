"""A sending while it is being put together: one change at a time, and none once it was sent."""

from uuid import UUID

from contributions.models import Contribution, Person, Photo
from contributions.transitions import HELD, SendingState, TransitionNotAllowed


def actor_of(sending: UUID) -> str:
    """How the log names whoever holds this sending's session."""
    return f"sending:{sending}"


def locked_draft(sending: UUID) -> Contribution:
    """The sending, locked until the transaction ends. Raises TransitionNotAllowed unless it is still a draft."""
    contribution = Contribution.objects.select_for_update().get(pk=sending)
    if contribution.state != SendingState.DRAFT:
        raise TransitionNotAllowed(f"a sending that is {contribution.state} is not changed any more")
    return contribution


def locked_photo(photo: Photo) -> Photo:
    """A held photo of a draft, as it is now, with its sending locked. Raises TransitionNotAllowed."""
    locked_draft(photo.contribution_id)
    fresh = Photo.objects.filter(pk=photo.pk, state__in=HELD).first()
    if fresh is None:
        raise TransitionNotAllowed("the photo was removed")
    return fresh


def locked_person(person: Person) -> Person:
    """A mark on such a photo. Raises TransitionNotAllowed, also when the mark was removed."""
    locked_photo(person.photo)
    fresh = Person.objects.select_related("photo").filter(pk=person.pk).first()
    if fresh is None:
        raise TransitionNotAllowed("the mark was removed")
    return fresh
