"""People as tests need them: somebody who gave, somebody who is invited."""

import uuid

from identity import actions
from identity.models import Identity, Keep
from tests.identity.test_consent_links import released

ASKER, INVITED = "anna@example.org", "berta@example.org"


def asker() -> uuid.UUID:
    """Somebody with a sending, who asks others."""
    found = Identity.objects.filter(mask="a…@example.org").first()
    return found.pk if found else Keep.objects.get(pk=released(ASKER)).identity_id


def invited(address: str = INVITED, *, days_left: float = 14, photos: int = 1) -> uuid.UUID:
    """An invitation whose mail is written."""
    invitation = uuid.uuid4()
    actions.request_invitation(address=address, invitation=invitation, language="en")
    actions.send_invitation(invitation=invitation, asked_by=asker(), language="en", days_left=days_left, photos=photos)
    return invitation


def behind(subject: uuid.UUID) -> Identity:
    """Whose address a sending, invitation or claim needs."""
    return Keep.objects.get(pk=subject).identity
