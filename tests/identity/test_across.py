"""Killed between the two databases, the pieces that the sweep is made of end where an undisturbed answer ends."""

import uuid
from datetime import timedelta

import pytest

from consent import actions as consent
from consent.actions import issue_receipt
from consent.models import ConsentRecord, Receipt
from consent.queries import current, receipt_by_code
from identity import actions as identity
from identity.models import Identity, Link, Mail, WaitingEvent
from identity.queries import claimed_not_closed
from tests.consent.notices import published
from tests.identity.test_consent_links import released

pytestmark = pytest.mark.django_db(databases=["default", "identity"])
STEPS = ("claimed", "decided", "closed", "receipt", "none")
AT_ONCE = timedelta(0)


class Killed(BaseException):
    """The process ends here."""


class Answer:
    """One person agrees to one subject; `die_after` names the step after which the process is gone."""

    def __init__(self, die_after: str) -> None:
        self.die_after = die_after
        self.sending = released()
        self.link = Link.objects.get(subject=self.sending).pk
        self.participant = Identity.objects.get().participant
        self.subject = uuid.uuid4()
        consent.ask(subjects=[self.subject], decision=self.sending, by="system")

    def here(self, step: str) -> None:
        if step == self.die_after:
            raise Killed

    def give(self) -> None:
        decision = identity.claim(link=self.link)
        self.here("claimed")
        self.decide(decision)
        _receipt, code = issue_receipt(decision=decision, participant=self.participant)
        self.here("decided")
        identity.close(link=self.link)
        self.here("closed")
        self.mail_receipt(decision, code)
        self.here("receipt")

    def decide(self, decision: uuid.UUID) -> None:
        by = f"participant:{self.participant}"
        consent.give(choices={self.subject: ["research"]}, notice=published(), decision=decision, by=by, method="link")

    def mail_receipt(self, decision: uuid.UUID, code: str) -> None:
        context = {"heading": "", "at": "", "notice": "", "sendings": [], "code": code, "erased_by": ""}
        identity.send_receipt(participant=self.participant, decision=decision, context=context)

    def sweep(self) -> None:
        for left in claimed_not_closed(AT_ONCE):
            decided = left.claim is not None and ConsentRecord.objects.filter(decision=left.claim).exists()
            (identity.close if decided else identity.unclaim)(link=left.pk)
        for receipt in Receipt.objects.all():
            if not Mail.objects.filter(decision=receipt.decision).exists():
                _receipt, code = issue_receipt(decision=receipt.decision, participant=receipt.participant)
                self.mail_receipt(receipt.decision, code)


@pytest.mark.parametrize("step", STEPS)
def test_the_sweep_ends_where_an_undisturbed_answer_ends(step: str) -> None:
    answer = Answer(step)
    if step == "none":
        answer.give()
    else:
        with pytest.raises(Killed):
            answer.give()
    for _ in range(2):
        answer.sweep()
    if step == "claimed":
        answer.die_after = "none"
        answer.give()
    assert current([answer.subject])[answer.subject].state == "given"
    assert ConsentRecord.objects.filter(state="given").count() == 1
    assert Mail.objects.filter(kind=Mail.Kind.RECEIPT).count() == 1
    assert Identity.objects.get().verified_at is not None
    assert WaitingEvent.objects.filter(action="link:used").count() == 1


@pytest.mark.parametrize("order", [("close", "receipt"), ("receipt", "close")])
def test_the_pieces_may_come_in_either_order_and_again(order: tuple[str, str]) -> None:
    answer = Answer("decided")
    with pytest.raises(Killed):
        answer.give()
    decision = Link.objects.get().claim
    assert decision is not None
    for piece in (*order, *order):
        if piece == "close":
            identity.close(link=answer.link)
        else:
            _receipt, code = issue_receipt(decision=decision, participant=answer.participant)
            answer.mail_receipt(decision, code)
    answer.sweep()
    assert Mail.objects.filter(kind=Mail.Kind.RECEIPT).count() == 1


@pytest.mark.requirement("K4")
def test_a_receipt_issued_again_leaves_the_code_that_may_have_been_read_valid() -> None:
    answer = Answer("none")
    answer.give()
    decision = Receipt.objects.get().decision
    _receipt, code = issue_receipt(decision=decision, participant=answer.participant)
    _receipt, newer = issue_receipt(decision=decision, participant=answer.participant)
    assert receipt_by_code(code) is not None
    assert receipt_by_code(newer) is not None
