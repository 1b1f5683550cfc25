"""The link that opens a person's own pages, asked for by typing an address."""

from uuid import UUID

from django.db import transaction

from identity.actions.gate import check_replayed
from identity.actions.limits import count_link
from identity.actions.links import write_link
from identity.actions.mailing import wake, write_mail
from identity.models import Identity, Link, LinkRequest, Mail
from identity.queries import is_quiet
from identity.sealing import index_of


@transaction.atomic(using="identity")
def request_manage_link(*, address: str, client: str, language: str) -> None:
    """Note that somebody asked for a link to this address. Known and unknown addresses get the same answer and work.

    Whether there is anything to send is found out by the mail worker. Raises AddressNotValid and TooMany, for known and
    unknown addresses alike, and NotReplayed; `client` is the network address that limits are counted by.
    """
    check_replayed()
    index = index_of(address)
    count_link(blind_index=index, client=client)
    LinkRequest.objects.create(blind_index=index, language=language)
    transaction.on_commit(wake, using="identity")


def answer_requests() -> None:
    """Write the mails of the requests that wait, each with its link, and forget the requests (mail worker)."""
    while _answer_one():
        pass


@transaction.atomic(using="identity")
def _answer_one() -> bool:
    request = LinkRequest.objects.select_for_update(skip_locked=True).order_by("created_at", "pk").first()
    if request is None:
        return False
    identity = Identity.objects.select_for_update().filter(blind_index=bytes(request.blind_index)).first()
    if identity is not None and not is_quiet(identity.participant):
        _write(identity, request.language)
    request.delete()
    return True


def _write(identity: Identity, language: str) -> None:
    participant: UUID = identity.participant
    token = write_link(
        identity=identity, action=Link.Action.MANAGE, subject=participant, by=f"participant:{participant}"
    )
    write_mail(identity=identity, kind=Mail.Kind.MANAGE_LINK, language=language, context={"token": token}, ready=True)
