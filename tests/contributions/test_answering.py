"""Agreeing or not, by the link in the mail, and changing it later: one decision, whatever dies in between."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail
from django.db import DatabaseError, connections
from pytest_django import Settings

from audit.models import Event
from consent.models import ConsentRecord, Receipt
from consent.queries import current, receipt_by_code, replayed
from contributions import actions, queries
from contributions.actions import answering
from contributions.models import Basis, Contribution, Step
from contributions.queries.person import sendings_of
from contributions.transitions import PhotoState, SendingState, TransitionNotAllowed
from identity.actions import LinkStale, LinkUsed
from identity.models import Identity, Keep, Link, Mail
from identity.queries import hears_updates, live_link
from tests.consent.notices import published
from tests.contributions.giver import EVERYTHING, Giver
from tests.identity.mails import sent, whole
from tests.pictures import png

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)
AT_ONCE = timedelta(0)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    connections.close_all()


def test_agreeing_puts_the_photos_to_use_and_opens_the_consented_steps() -> None:
    giver = Giver().drafts(2).sends()
    assert queries.in_use().count() == 0
    answered = giver.answers("research", "sharing")
    assert set(queries.in_use().values_list("pk", flat=True)) == set(giver.ids)
    assert giver.contribution.state == SendingState.ANSWERED
    done = Step.objects.filter(phase=Step.Phase.CONSENTED, done_at__isnull=False)
    assert done.count() == 2 * len(settings.CONSENTED_STEPS)
    for record in current(queries.subjects_of(giver.participant, giver.ids).values()).values():
        assert (record.state, record.scopes, record.decision) == ("given", ["research", "sharing"], answered.decision)


@pytest.mark.requirement("K1")
def test_each_record_names_the_notice_that_was_read() -> None:
    giver = Giver().drafts().sends()
    notice = published("en")
    giver.answers("research", notice=notice)
    record = ConsentRecord.objects.get(state="given")
    assert record.notice == notice


@pytest.mark.requirement("K2")
def test_sharing_and_illustration_reach_only_photos_where_everyone_speaks_for_themselves() -> None:
    giver = Giver().drafts(1)
    second = giver.adds(png(90, 50), number=2, basis=Basis.AFFIRMED).pk
    giver.sends().answers(*EVERYTHING)
    scopes = {card.id: set(card.scopes) for card in sendings_of(giver.participant)[0].photos}
    assert scopes == {giver.photos[0].pk: set(EVERYTHING), second: {"research"}}
    assert list(queries.in_use(scopes=["illustration"]).values_list("pk", flat=True)) == [giver.photos[0].pk]


def test_not_agreeing_lets_everything_go() -> None:
    giver = Giver().drafts(2).sends()
    answered = giver.answers()
    assert answered.decided.photos == ()
    assert {photo.state for photo in giver.photos} == {PhotoState.LAPSED}
    assert set(ConsentRecord.objects.values_list("state", flat=True)) == {"requested", "refused"}
    assert not Receipt.objects.exists()
    for photo in giver.photos:
        assert actions.erase(photo_id=photo.pk)
    actions.complete()
    assert not Keep.objects.exists()
    assert not Identity.objects.exists()


def test_a_receipt_is_mailed_once_with_a_code_that_is_found_again(settings: Settings) -> None:
    settings.RECEIPT_PROOF_SECONDS = 0
    giver = Giver().drafts().sends()
    answered = giver.answers("research")
    actions.complete(grace=AT_ONCE)
    receipts = [message for message in sent() if answered.decided.code in whole(message)]
    assert len(receipts) == 1
    receipt = receipt_by_code(answered.decided.code)
    assert receipt is not None
    assert receipt.participant == giver.participant
    actions.complete(grace=AT_ONCE)
    assert len([one for one in sent() if "receipt" in str(one.body).lower()]) == 1


def test_updates_are_kept_in_identity_and_only_when_ticked() -> None:
    giver = Giver().drafts().sends()
    giver.answers("research")
    assert not hears_updates(giver.participant)
    other = Giver(address="another@example.org").drafts().sends()
    other.answers("research", "updates")
    assert hears_updates(other.participant)


def test_a_link_answers_once() -> None:
    giver = Giver().drafts().sends()
    link = giver.opens_link()
    notice = published()
    actions.answer(link=link.pk, choices=["research"], notice=notice)
    with pytest.raises(LinkStale):
        actions.answer(link=link.pk, choices=[], notice=notice)
    assert queries.in_use().count() == 1


@pytest.mark.requirement("I5")
def test_parallel_answers_have_one_effect() -> None:
    giver = Giver().drafts().sends()
    link, notice = giver.opens_link(), published()

    def press(_number: int) -> str:
        try:
            actions.answer(link=link.pk, choices=["research"], notice=notice)
        except LinkStale:
            return "stale"
        finally:
            connections.close_all()
        return "answered"

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(press, range(16)))
    assert results.count("answered") == 1
    assert ConsentRecord.objects.filter(state="given").count() == 1
    assert Receipt.objects.count() == 1


def test_a_sending_that_ended_meanwhile_is_not_answered_and_the_link_stays() -> None:
    giver = Giver().drafts().sends()
    link = giver.opens_link()
    Contribution.objects.filter(pk=giver.sending).update(state=SendingState.LAPSED)
    with pytest.raises(TransitionNotAllowed):
        actions.answer(link=link.pk, choices=["research"], notice=published())
    assert live_link(link.pk, Link.Action.CONSENT) is not None


@pytest.mark.requirement("L10")
@pytest.mark.parametrize("where", ["contributions.actions.answering.record", "consent.actions.appending.record"])
def test_when_the_log_fails_nothing_is_answered(where: str) -> None:
    giver = Giver().drafts().sends()
    link, notice = giver.opens_link(), published()
    with patch(where, side_effect=DatabaseError), pytest.raises(DatabaseError):
        actions.answer(link=link.pk, choices=["research"], notice=notice)
    assert giver.contribution.state == SendingState.SENT
    assert not ConsentRecord.objects.filter(state="given").exists()
    assert live_link(link.pk, Link.Action.CONSENT) is not None


@pytest.mark.requirement("I9")
def test_a_claim_without_a_decision_is_given_back_by_the_sweep() -> None:
    giver = Giver().drafts().sends()
    link, notice = giver.opens_link(), published()
    with patch.object(answering, "_decide", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        actions.answer(link=link.pk, choices=["research"], notice=notice)
    with pytest.raises((LinkUsed, LinkStale)):
        actions.answer(link=link.pk, choices=["research"], notice=notice)
    actions.complete(grace=AT_ONCE)
    actions.answer(link=link.pk, choices=["research"], notice=notice)
    assert queries.in_use().count() == 1


@pytest.mark.requirement("I9")
def test_a_decision_whose_process_died_is_completed_by_the_sweep() -> None:
    giver = Giver().drafts().sends()
    link, notice = giver.opens_link(), published()
    with patch.object(answering, "finish", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        actions.answer(link=link.pk, choices=["research", "updates"], notice=notice)
    actions.complete(grace=AT_ONCE)
    actions.complete(grace=AT_ONCE)
    link.refresh_from_db()
    assert link.closed_at is not None
    assert hears_updates(giver.participant)
    record = ConsentRecord.objects.get(state="given")
    assert Mail.objects.get(kind=Mail.Kind.RECEIPT).decision == record.decision
    assert Receipt.objects.count() == 2


def test_a_sending_follows_the_address_that_identity_knows() -> None:
    giver = Giver().drafts().sends()
    keep = Keep.objects.get(pk=giver.sending)
    Contribution.objects.filter(pk=giver.sending).update(participant=uuid4())
    actions.complete()
    assert giver.participant == keep.identity_id


def test_a_mail_that_was_not_let_go_is_let_go_by_the_sweep() -> None:
    giver = Giver().drafts()
    with patch("identity.actions.release_mail", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        giver.sends()
    assert mail.outbox == []
    actions.complete(grace=AT_ONCE)
    assert len(sent()) == 1


def test_uses_can_be_changed_and_research_always_stays() -> None:
    giver = Giver().agrees(2)
    photo = giver.photos[0]
    change = partial(actions.change, participant=giver.participant, photos=[photo.pk], notice=published())
    change(choices={"sharing": False, "research": False}, decision=uuid4())
    cards = {card.id: set(card.scopes) for card in sendings_of(giver.participant)[0].photos}
    assert cards[photo.pk] == {"research", "illustration"}
    assert cards[giver.photos[1].pk] == set(EVERYTHING)
    assert queries.in_use(scopes=["sharing"]).count() == 1
    again = change(choices={"sharing": False}, decision=uuid4())
    assert again.receipt is None


def test_nobody_changes_what_somebody_else_agreed_to() -> None:
    giver, stranger = Giver().agrees(), Giver(address="stranger@example.org").agrees()
    done = actions.change(
        participant=stranger.participant,
        photos=giver.ids,
        choices={"sharing": False},
        notice=published(),
        decision=uuid4(),
    )
    assert done.photos == ()
    assert queries.in_use(scopes=["sharing"]).count() == 2


@pytest.mark.requirement("K9")
def test_what_stands_is_what_the_log_tells() -> None:
    giver = Giver().agrees()
    subject = queries.subjects_of(giver.participant, giver.ids)[giver.ids[0]]
    actions.change(
        participant=giver.participant,
        photos=giver.ids,
        choices={"sharing": False},
        notice=published(),
        decision=uuid4(),
    )
    told = replayed(subject)
    assert told is not None
    assert told.scopes == {"research", "illustration"}
    assert Event.objects.filter(action="sending:answered", subject=str(giver.sending)).count() == 1
