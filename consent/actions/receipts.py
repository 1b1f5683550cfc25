"""Receipts: what a person holds in hand after a decision, with a code that withdraws without a mailbox."""

from uuid import UUID

from django.db import transaction

from audit.actions import record
from consent.actions import events
from consent.codes import digest_of, new_code
from consent.models import Receipt


@transaction.atomic
def issue_receipt(*, decision: UUID, participant: UUID) -> tuple[Receipt, str]:
    """Issue a receipt with a new withdrawal code, in groups of five; earlier codes of the person stay valid.

    The code exists in the answer alone. When it was lost before it reached the person, issue the receipt again.
    """
    code = new_code()
    receipt = Receipt.objects.create(decision=decision, participant=participant, code_sha256=digest_of(code))
    record(events.RECEIPT_ISSUED, subject=receipt.pk, by="system", decision=str(decision), participant=str(participant))
    return receipt, code
