"""A person who thinks that a photo shows them: the link that confirms it, and the answer."""

from uuid import UUID

from django.db import transaction

from identity.actions.asking import Letter, Requested, place, requested, write_letter
from identity.actions.mailing import write_mail
from identity.models import Identity, Link, Mail


@transaction.atomic(using="identity")
def request_claim(*, address: str, claim: UUID, language: str, client: str = "") -> Requested:
    """Write the mail that asks to confirm a claim; it waits for `release_mail(decision=claim)`.

    The same work for known and unknown addresses. The same address again changes nothing; another takes the place of
    the first, whose link dies. Counted like links. Raises AddressNotValid, TooMany, AlreadyAnswered.
    """
    identity, new = place(address=address, subject=claim, action=Link.Action.CLAIM, language=language, client=client)
    if new:
        letter = Letter(Link.Action.CLAIM, Mail.Kind.CLAIM_LINK, by=f"participant:{identity.participant}")
        write_letter(identity, claim, letter, language=language, ready=False)
    return requested(identity)


@transaction.atomic(using="identity")
def send_claim_answer(*, participant: UUID, claim: UUID) -> None:
    """Say that a claim was looked at, once, in the same words whatever was found.

    Nothing is said when the address is deleted.
    """
    identity = Identity.objects.select_for_update().filter(pk=participant).first()
    if identity is None or Mail.objects.filter(kind=Mail.Kind.CLAIM_ANSWER, decision=claim).exists():
        return
    write_mail(
        identity=identity,
        kind=Mail.Kind.CLAIM_ANSWER,
        language=identity.language,
        context={},
        decision=claim,
        ready=True,
    )
