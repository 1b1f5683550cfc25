"""The life of an update: one curator writes it, another one approves exactly what they read, then it is public."""

from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from identity import actions as identity
from releases.models import Update, UpdateText
from releases.queries import digest_of
from releases.transitions import UpdateState, check_update

DRAFTED = EventKind("update:drafted", "{actor} began an update.")
WRITTEN = EventKind(
    "update:written", "{actor} wrote an update in the language {language}.", fields=("language", "sha256")
)
APPROVED = EventKind("update:approved", "{actor} approved an update; it is public.", fields=("sha256",))
DROPPED = EventKind("update:dropped", "{actor} gave an update up before it was public.")
TAKEN_DOWN = EventKind("update:taken_down", "{actor} took an update down; it is no longer public.")


class UpdateNotPossible(Exception):
    """The update cannot take this step; `code` says why."""

    def __init__(self, code: str) -> None:
        """Remember why, as a code: another_writer, same_person, no_english, changed."""
        super().__init__(code)
        self.code = code


@transaction.atomic
def draft_update(*, staff_id: UUID) -> Update:
    """Begin an update, which only this curator writes."""
    update = Update.objects.create(drafted_by_id=staff_id)
    record(DRAFTED, subject=str(update.pk), by=f"staff:{staff_id}")
    return update


@transaction.atomic
def write_update(*, update_id: UUID, language: str, title: str, text: str, staff_id: UUID) -> Update:
    """Write or replace the update in one language; an empty text takes the language out.

    Raises UpdateNotPossible("another_writer") and TransitionNotAllowed once it is a draft no more.
    """
    update = _locked(update_id)
    check_update(update.state, UpdateState.APPROVED)
    if update.drafted_by_id != staff_id:
        raise UpdateNotPossible("another_writer")
    if text:
        UpdateText.objects.update_or_create(update=update, language=language, defaults={"title": title, "text": text})
    else:
        update.texts.filter(language=language).delete()
    record(WRITTEN, subject=str(update.pk), by=f"staff:{staff_id}", language=language, sha256=digest_of(update))
    return update


@transaction.atomic
def approve_update(*, update_id: UUID, seen: str, staff_id: UUID) -> Update:
    """Let a second curator make it public, as they read it: `seen` is the fingerprint of all texts on their page.

    Raises UpdateNotPossible ("same_person", "no_english", "changed") and TransitionNotAllowed.
    """
    update = _locked(update_id)
    check_update(update.state, UpdateState.APPROVED)
    if update.drafted_by_id == staff_id:
        raise UpdateNotPossible("same_person")
    # Who reads a language that it was not written in gets it in English.
    if not update.texts.filter(language=settings.LANGUAGE_CODE).exists():
        raise UpdateNotPossible("no_english")
    if digest_of(update) != seen:
        raise UpdateNotPossible("changed")
    update.state = UpdateState.APPROVED
    update.approved_at, update.approved_by_id = timezone.now(), staff_id
    update.save(update_fields=["state", "approved_at", "approved_by"])
    record(APPROVED, subject=str(update.pk), by=f"staff:{staff_id}", sha256=seen)
    return update


@transaction.atomic
def end_update(*, update_id: UUID, staff_id: UUID) -> Update:
    """Give a draft up, or take a public update down, with its mails that were not sent. Raises TransitionNotAllowed."""
    update = _locked(update_id)
    was_public = update.state == UpdateState.APPROVED
    after = UpdateState.TAKEN_DOWN if was_public else UpdateState.DROPPED
    check_update(update.state, after)
    update.state = after
    update.ended_at, update.ended_by_id = timezone.now(), staff_id
    update.save(update_fields=["state", "ended_at", "ended_by"])
    record(TAKEN_DOWN if was_public else DROPPED, subject=str(update.pk), by=f"staff:{staff_id}")
    if was_public:
        # What fails here, the sweep makes up for.
        transaction.on_commit(partial(identity.drop_updates, update=update.pk), robust=True)
    return update


def _locked(update_id: UUID) -> Update:
    return Update.objects.select_for_update().get(pk=update_id)
