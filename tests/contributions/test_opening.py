"""The link to one's own pages: it opens them, or withdraws what was chosen at the door; once, whatever is cut short."""

from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest

from consent.models import ConsentRecord
from contributions import actions, queries
from contributions.actions import opening
from contributions.models import Withdrawal
from identity.actions import LinkExpired, LinkUsed, claim, request_manage_link
from identity.models import Identity, Link, Mail
from tests.contributions.giver import Giver
from tests.identity.mails import sent

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)
AT_ONCE = timedelta(0)


def linked(giver: Giver) -> Link:
    """A link to the giver's own pages, mailed."""
    request_manage_link(address=giver.address, language="en", client=uuid4().hex)
    sent()
    return Link.objects.get(identity=giver.participant, action=Link.Action.MANAGE)


def claimed(link: Link) -> bool:
    return Link.objects.filter(pk=link.pk, claim__isnull=False).exists()


def closed(link: Link) -> bool:
    return Link.objects.filter(pk=link.pk, closed_at__isnull=False).exists()


def receipts_of(giver: Giver) -> int:
    return Mail.objects.filter(identity=giver.participant, kind=Mail.Kind.RECEIPT).count()


def test_a_link_withdraws_under_the_id_of_its_claim_and_is_used_up() -> None:
    giver = Giver().agrees(2)
    link = linked(giver)
    decided = actions.open_link(link=link.pk, photos=giver.ids[:1], language="nl")
    link.refresh_from_db()
    assert decided.photos == tuple(giver.ids[:1])
    assert ConsentRecord.objects.get(state="withdrawn").decision == link.claim
    assert link.closed_at is not None
    assert receipts_of(giver) == 2
    assert Identity.objects.get(pk=giver.participant).language == "nl"
    with pytest.raises(LinkExpired):
        actions.open_link(link=link.pk, everything=True)
    assert Withdrawal.objects.count() == 1


def test_a_link_that_only_opens_the_pages_withdraws_nothing() -> None:
    giver = Giver().agrees()
    link = linked(giver)
    assert actions.open_link(link=link.pk).photos == ()
    link.refresh_from_db()
    assert link.closed_at is not None
    assert queries.in_use().count() == 1


def test_everything_ends_what_was_not_answered_yet_too() -> None:
    giver = Giver().drafts().sends()
    actions.open_link(link=linked(giver).pk, everything=True)
    assert giver.contribution.state == "stopped"


def test_a_link_of_another_kind_and_one_in_use_open_nothing() -> None:
    giver = Giver().drafts().sends()
    with pytest.raises(LinkExpired):
        actions.open_link(link=giver.opens_link().pk, everything=True)
    link = linked(giver)
    claim(link=link.pk)
    with pytest.raises((LinkExpired, LinkUsed)):
        actions.open_link(link=link.pk, everything=True)
    assert giver.contribution.state == "sent"


def test_a_withdrawal_that_fails_gives_the_link_back() -> None:
    giver = Giver().agrees()
    link = linked(giver)
    with patch.object(opening, "take_back", side_effect=RuntimeError), pytest.raises(RuntimeError):
        actions.open_link(link=link.pk, everything=True)
    link.refresh_from_db()
    assert link.claim is None
    actions.open_link(link=link.pk, everything=True)
    assert not queries.in_use().exists()


@pytest.mark.requirement("R1")
def test_a_withdrawal_whose_process_died_closes_its_link_and_is_told_by_a_receipt() -> None:
    giver = Giver().agrees()
    link = linked(giver)
    with patch.object(opening, "here", side_effect=[None, SystemExit]), pytest.raises(SystemExit):
        actions.open_link(link=link.pk, everything=True)
    assert not closed(link)
    assert receipts_of(giver) == 1
    for _ in range(2):
        actions.complete(grace=AT_ONCE)
    assert closed(link)
    assert receipts_of(giver) == 2


@pytest.mark.requirement("R1")
@pytest.mark.parametrize("agreed", [True, False])
def test_a_link_whose_process_died_before_anything_was_withdrawn_is_given_back(agreed: bool) -> None:
    giver = Giver().agrees() if agreed else Giver().drafts().sends()
    link = linked(giver)
    claim(link=link.pk)
    actions.complete()
    assert claimed(link)
    actions.complete(grace=AT_ONCE)
    assert not claimed(link)
    actions.open_link(link=link.pk, everything=True)
    assert not queries.in_use().exists()
