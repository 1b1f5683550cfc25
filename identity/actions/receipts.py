"""The receipt of a decision: written with its record, held back a little for the log's proof, sent with or without."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from identity.actions import events
from identity.actions.mailing import wake, write_mail
from identity.models import Identity, Mail
from identity.sealing import seal_context

# The record travels in the mail's context; whoever adds files later cannot open that.
DOCUMENT = "document"
PROOF = "receipt.tlog-proof"


@transaction.atomic(using="identity")
def send_receipt(*, participant: UUID, decision: UUID, context: Mapping[str, object], document: str = "") -> None:
    """Write the receipt of a decision, once however often this is called; nothing when the address is deleted.

    `context` is what templates/mail/receipt.* read, and holds no image and no file name: heading (what was decided, in
    the person's language), at (text), notice (version), sendings: a list of {date, photos: a list of {number, state,
    scopes: a list of texts}}, code (the withdrawal code), erased_by and undo_until (texts, after a
    withdrawal). `document` is the record as JSON-LD, enclosed as receipt.jsonld. With it the mail waits for `enclose`,
    at most settings.RECEIPT_PROOF_SECONDS; without it there is nothing that a proof could be about, and the mail goes
    at once.
    """
    identity = Identity.objects.select_for_update().filter(pk=participant).first()
    if identity is None or Mail.objects.filter(kind=Mail.Kind.RECEIPT, decision=decision).exists():
        return
    write_mail(
        identity=identity,
        kind=Mail.Kind.RECEIPT,
        language=identity.language,
        context={**context, DOCUMENT: document},
        decision=decision,
        ready=not document,
    )
    events.wait(events.RECEIPT_WRITTEN, participant=participant, by="system", decision=str(decision))


@transaction.atomic(using="identity")
def enclose(*, decision: UUID, proof: str) -> bool:
    """Add the log's proof, as receipt.tlog-proof, to a receipt that waits, and let it go; whether one waited."""
    waiting = Mail.objects.filter(kind=Mail.Kind.RECEIPT, decision=decision, ready_at__isnull=True)
    found = waiting.update(enclosed=seal_context({PROOF: proof}), ready_at=timezone.now())
    if found:
        transaction.on_commit(wake, using="identity")
    return bool(found)


@transaction.atomic(using="identity")
def release_late_receipts() -> None:
    """Let receipts go that waited long enough for a proof (mail worker)."""
    before = timezone.now() - timedelta(seconds=settings.RECEIPT_PROOF_SECONDS)
    Mail.objects.filter(kind=Mail.Kind.RECEIPT, ready_at__isnull=True, created_at__lte=before).update(
        ready_at=timezone.now()
    )
