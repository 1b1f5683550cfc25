"""The updates: all of them for curators, the approved ones for everybody, in the reader's language."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from audit.queries import mentioning
from consent.queries import clean_html
from identity.queries import hearing, mails_of_update
from releases.models import Update, UpdateText
from releases.transitions import UpdateState

# Fewer people are no number, neither on a page nor in the log; more are told in steps of as many, rounded down. Two
# exact numbers, of two updates or of two moments, would tell that one person stopped.
FEWEST = 10
MAILED = "update:mailed"


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


@dataclass(frozen=True, slots=True)
class Mailing:
    """How far an update is on its way to those who asked for it: planned, writing, sending or sent.

    `people` and `gone`, of whose mails have gone out, are rounded down to tens.
    """

    stage: str
    people: int
    gone: int = 0

    @property
    def shows_numbers(self) -> bool:
        """Whether so many are mailed that their number points at nobody."""
        return self.people >= FEWEST


def updates() -> QuerySet[Update]:
    """Every update, newest first, with its texts."""
    return Update.objects.prefetch_related("texts").select_related("drafted_by").order_by("-drafted_at")


def public_updates() -> list[PublicUpdate]:
    """The approved updates, newest first, each in the active language or else in English."""
    approved = Update.objects.filter(state=UpdateState.APPROVED).order_by("-approved_at", "pk")
    return [_public(update) for update in approved.prefetch_related("texts")]


def updates_to_mail() -> list[UUID]:
    """The approved updates of which mails are still to be written, oldest first."""
    waiting = Update.objects.filter(state=UpdateState.APPROVED, mailed_at=None).order_by("approved_at", "pk")
    return list(waiting.values_list("pk", flat=True))


def mailing_of(update: Update) -> Mailing:
    """To how many people an update goes, and how far it is."""
    if update.approved_at is None:
        return Mailing("planned", people=rounded(hearing(since_before=timezone.now()).count()))
    mails = mails_of_update(update.pk)
    gone = rounded(mails.written - mails.waiting)
    if update.mailed_at is None:
        people = hearing(since_before=update.approved_at).count()
        return Mailing("writing", people=rounded(max(people, mails.written)), gone=gone)
    if mails.waiting:
        return Mailing("sending", people=rounded(mails.written), gone=gone)
    return Mailing("sent", people=_told(update))


def _told(update: Update) -> int:
    """To how many it went, by the log: what stands here of mails goes with each person who leaves. 0 for too few."""
    entry = mentioning(str(update.pk), action=MAILED).first()
    people = entry.data["people"] if entry else 0
    return rounded(people) if isinstance(people, int) else 0


def rounded(people: int) -> int:
    """A number of people as it may be told, down to tens; 0 for too few."""
    return people - people % FEWEST


def number_or_few(count: int) -> int | str:
    """A number of people as the log may tell it: a small one could point at somebody."""
    return rounded(count) or "few"


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
