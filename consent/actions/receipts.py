"""Receipts: what a person holds in hand after a decision, with a code that withdraws without a mailbox."""

from collections import defaultdict
from collections.abc import Collection
from hashlib import sha256
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.actions import record
from consent.actions import events
from consent.codes import digest_of, new_code
from consent.models import ConsentRecord, Receipt
from consent.queries import history, latest_notice
from consent.receipts import Story, document
from consent.transitions import IN_FORCE, ConsentState


@transaction.atomic
def issue_receipt(
    *, decision: UUID, participant: UUID, language: str = "", subjects: Collection[UUID] | None = None
) -> tuple[Receipt, str]:
    """Issue a receipt with a new withdrawal code, in groups of five; earlier codes of the person stay valid.

    Its document holds what the decision said about this participant's subjects (`subjects` names them where others
    were reached, too), in this language. The code exists in the answer alone: when it was lost before it reached the
    person, issue the receipt again.
    """
    code, now, key = new_code(), timezone.now(), uuid4()
    written = document(
        receipt=key,
        issued_at=now,
        participant=participant,
        language=language or settings.LANGUAGE_CODE,
        stories=_stories(decision, participant, subjects, language),
    )
    receipt = Receipt.objects.create(
        id=key,
        decision=decision,
        participant=participant,
        code_sha256=digest_of(code),
        document=written,
        document_sha256=sha256(written.encode()).hexdigest(),
        issued_at=now,
    )
    record(
        events.RECEIPT_ISSUED,
        subject=receipt.pk,
        by="system",
        decision=decision,
        participant=participant,
        document=receipt.document_sha256,
        code=receipt.code_sha256.hex(),
    )
    return receipt, code


def _stories(decision: UUID, participant: UUID, subjects: Collection[UUID] | None, language: str) -> list[Story]:
    """What was said about each subject until this decision. Being asked is no answer, and of others' none is told."""
    said = ConsentRecord.objects.filter(decision=decision).exclude(state=ConsentState.REQUESTED)
    reached = {
        one.subject: one.pk
        for one in said
        if (subjects is None or one.subject in subjects) and not _is_of_another(one, participant)
    }
    told: dict[UUID, list[ConsentRecord]] = defaultdict(list)
    for one in history(reached):
        if one.pk <= reached[one.subject]:
            told[one.subject].append(one)
    return [_story(told[subject], language) for subject in sorted(told, key=lambda subject: reached[subject])]


def _story(records: list[ConsentRecord], language: str) -> Story:
    agreed = next((one for one in reversed(records) if one.state in IN_FORCE), None)
    notice = next((one.notice for one in reversed(records) if one.notice is not None), None) or latest_notice(language)
    return Story(records, notice, agreed.scopes if agreed else notice.scopes)


def _is_of_another(one: ConsentRecord, participant: UUID) -> bool:
    return one.by.startswith("participant:") and one.by != f"participant:{participant}"
