"""The updates: all of them for curators, the approved ones for everybody, in the reader's language."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from consent.queries import clean_html
from releases.models import Update, UpdateText
from releases.transitions import UpdateState


@dataclass(frozen=True, slots=True)
class PublicUpdate:
    """One approved update as it is read: its day, its language, and its text as clean HTML."""

    id: UUID
    day: date
    language: str
    title: str
    html: SafeString

    @property
    def anchor(self) -> str:
        """Where it stands on the public page."""
        return f"update-{self.id}"


def updates() -> QuerySet[Update]:
    """Every update, newest first, with its texts."""
    return Update.objects.prefetch_related("texts").select_related("drafted_by").order_by("-drafted_at")


def public_updates() -> list[PublicUpdate]:
    """The approved updates, newest first, each in the active language or else in English."""
    approved = Update.objects.filter(state=UpdateState.APPROVED).order_by("-approved_at", "pk")
    return [_public(update) for update in approved.prefetch_related("texts")]


def digest_of(update: Update) -> str:
    """SHA-256 of all texts of an update, in hex: what a second person reads is what they approve."""
    texts = sorted(update.texts.values_list("language", "title", "text"))
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


def _public(update: Update) -> PublicUpdate:
    text = _text_for_reader(list(update.texts.all()))
    day = update.approved_at or update.drafted_at
    return PublicUpdate(update.pk, day.date(), text.language, text.title, clean_html(text.text))


def _text_for_reader(texts: list[UpdateText]) -> UpdateText:
    order = [get_language() or "", settings.LANGUAGE_CODE]
    return min(texts, key=lambda text: order.index(text.language) if text.language in order else len(order))
