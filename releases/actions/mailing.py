"""An approved update on its way to those who asked for it. The row is the job; what was cut short is gone on with."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from audit.queries import mentioning
from consent.queries import clean_html
from identity import actions as identity
from identity.queries import mails_of_update, updates_on_their_way
from releases.actions.updating import TAKEN_DOWN
from releases.models import Update, UpdateText
from releases.queries import number_or_few, updates_to_mail
from releases.transitions import UpdateState
from vault.crash import here

MAILED = EventKind(
    "update:mailed",
    "The mails of an update were written; people who asked for updates, in full tens: {people}.",
    fields=("people",),
)
# People whose mails are written in one transaction: as long as that, taking the update down waits.
AT_ONCE = 100


def mail_updates() -> None:
    """Write the mails of approved updates, and drop what is unsent of those that were taken down since."""
    for update_id in updates_to_mail():
        while _write_some(update_id):
            here("update:written")
    # Also when the process was killed that took it down.
    down = Update.objects.filter(pk__in=updates_on_their_way(), state=UpdateState.TAKEN_DOWN)
    for update_id in down.values_list("pk", flat=True):
        identity.drop_updates(update=update_id)


@transaction.atomic
def _write_some(update_id: UUID) -> bool:
    """Write the next mails of an update; whether there may be more. Nothing while somebody else is at it.

    The row stays locked until the mails are committed in the other database, so that an update that is taken down gets
    none afterwards.
    """
    update = _waiting(update_id)
    if update is None or update.approved_at is None:
        return False
    if mentioning(str(update_id)).filter(action__in=(MAILED.name, TAKEN_DOWN.name)).exists():
        # A restored database: those mails went out, whatever became of the addresses since; or none was to go any more.
        _close(update)
        return False
    contexts = {text.language: _context(text) for text in update.texts.all()}
    if identity.write_updates(update=update_id, approved_at=update.approved_at, contexts=contexts, limit=AT_ONCE):
        return True
    _close(update)
    record(MAILED, subject=str(update_id), by="system", people=number_or_few(mails_of_update(update_id).written))
    return False


def _waiting(update_id: UUID) -> Update | None:
    waiting = Update.objects.filter(pk=update_id, state=UpdateState.APPROVED, mailed_at=None)
    return waiting.select_for_update(skip_locked=True).first()


def _close(update: Update) -> None:
    update.mailed_at = timezone.now()
    update.save(update_fields=["mailed_at"])


def _context(text: UpdateText) -> dict[str, str]:
    page = f"{settings.SITE_URL}{reverse('releases:updates')}#update-{text.update_id}"
    return {
        "title": text.title,
        "text": text.text,
        "html": clean_html(text.text),
        "written_in": text.language,
        "page": page,
    }
