"""A receipt carries its record and, when the log has covered it by then, the proof."""

import json
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from identity import actions
from identity.models import Identity, Mail
from tests.identity.mails import sent
from tests.identity.test_consent_links import released
from tests.identity.test_mail_worker import RECEIPT

pytestmark = [pytest.mark.django_db(databases=["default", "identity"]), pytest.mark.requirement("K6")]
DOCUMENT = json.dumps({"@type": "dpv:ConsentReceipt", "name": "Åsa's record"}, ensure_ascii=False)
PROOF = "c2sp.org/tlog-proof@v1\nindex 5\n"


def written(document: str = DOCUMENT) -> uuid.UUID:
    released()
    sent()
    decision = uuid.uuid4()
    participant = Identity.objects.get().participant
    actions.send_receipt(participant=participant, decision=decision, context=RECEIPT, document=document)
    return decision


def enclosed() -> dict[str, tuple[str, str]]:
    """Name, kind and text of each file in the newest mail."""
    parts = sent()[-1].message().walk()
    files = [part for part in parts if part.get_filename()]
    return {
        str(part.get_filename()): (part.get_content_type(), bytes(part.get_payload(decode=True)).decode())
        for part in files
    }


def test_it_waits_for_the_proof_and_goes_out_with_both_files() -> None:
    decision = written()
    assert len(sent()) == 1
    assert actions.enclose(decision=decision, proof=PROOF)
    assert enclosed() == {
        "receipt.jsonld": ("application/ld+json", DOCUMENT),
        "receipt.tlog-proof": ("text/plain", PROOF),
    }


def test_without_a_proof_in_time_it_goes_out_with_its_record() -> None:
    written()
    waited = timezone.now() - timedelta(seconds=settings.RECEIPT_PROOF_SECONDS)
    Mail.objects.filter(kind=Mail.Kind.RECEIPT).update(created_at=waited)
    assert set(enclosed()) == {"receipt.jsonld"}


def test_without_a_record_there_is_nothing_to_wait_for() -> None:
    written("")
    assert enclosed() == {}
    assert sent()[-1].subject == "Your receipt"


def test_a_proof_that_comes_late_or_twice_changes_nothing() -> None:
    decision = written()
    assert [actions.enclose(decision=decision, proof=PROOF) for _ in range(2)] == [True, False]
    sent()
    assert not actions.enclose(decision=decision, proof=PROOF)
    assert bytes(Mail.objects.get(kind=Mail.Kind.RECEIPT).enclosed) == b""


def test_the_address_is_kept_while_a_receipt_waits_for_its_proof() -> None:
    decision = written()
    participant = Identity.objects.get()
    for subject in participant.keeps.values_list("subject", flat=True):
        actions.drop_keep(subject=subject)
    assert Identity.objects.exists()
    actions.enclose(decision=decision, proof=PROOF)
    assert sent()[-1].subject == "Your receipt"
    assert not Identity.objects.exists()
