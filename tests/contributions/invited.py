"""A person who is invited: reached by the real actions of a giver."""

from uuid import uuid4

from contributions.models import Invitation, Person
from identity.models import Link
from tests.contributions.giver import EVERYTHING, Giver


def asked(address: str, *, giver: str = "") -> Person:
    """Somebody shown in the photo of a giver who agreed to everything, so that this address was written to."""
    somebody = Giver(address=giver or f"{uuid4().hex}@example.org").drafts()
    person = somebody.invites(address)
    somebody.sends().answers(*EVERYTHING)
    return person


def asked_about(photos: int, address: str, *, giver: str = "") -> list[Person]:
    """The same person, shown in so many photos of one sending, who was written one mail about all."""
    somebody = Giver(address=giver or f"{uuid4().hex}@example.org").drafts(photos)
    people = [somebody.invites(address, photo) for photo in somebody.photos]
    somebody.sends().answers(*EVERYTHING)
    return people


def invitation_of(person: Person) -> Invitation:
    """The person's invitation as it is now."""
    return Invitation.objects.get(person=person)


def link_of(person: Person) -> Link:
    """The link that the person's newest mail carries."""
    return Link.objects.get(subject=invitation_of(person).pk, action="invitation", claim__isnull=True)
