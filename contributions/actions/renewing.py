"""Agreements that end by time, and texts that ask for more: reminded of, waited for, and out when nobody answered."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from consent import actions as consent
from consent.queries import past_expiry
from contributions.actions.leaving import take_out
from contributions.models import ConsentSubject, Photo, Withdrawal
from contributions.queries.renewal import Due, asked_for_more, ending_soon, highest_terms, not_agreed_again
from identity import actions as identity
from identity.queries import language_of

AT_ONCE = 500
# Of ids of reminders, so that one for the same reason and day is the same one.
REMINDERS = UUID("7b9f35f0-64a5-4c43-8d5b-2d3f7c1c6a1e")
EXPIRES, NOTICE_CHANGED = "expires", "notice_changed"


def expire_and_take_out() -> None:
    """End agreements whose time is over; take photos out whose people did not agree again in settings.RENEWAL_DAYS."""
    over = past_expiry(timezone.now(), AT_ONCE)
    if over:
        consent.expire(subjects=over, decision=uuid4())
    for photo in not_agreed_again(AT_ONCE):
        _end(photo)


def remind() -> None:
    """Remind, once for each reason, those whose agreement ends soon or is not enough any more."""
    ends = ending_soon(AT_ONCE)
    _remind(EXPIRES, ends, wait=timedelta(0))
    for due in ends:
        ConsentSubject.objects.filter(pk=due.subject).update(reminded_end=due.ends)
    widened, terms = asked_for_more(AT_ONCE), highest_terms()
    _remind(NOTICE_CHANGED, widened, wait=timedelta(days=settings.RENEWAL_DAYS))
    ConsentSubject.objects.filter(pk__in=[due.subject for due in widened]).update(reminded_terms=terms)


def reminder_of(participant: UUID, reason: str, day: date) -> UUID:
    """The id of the one reminder of this reason (`expires`, `notice_changed`) and day."""
    return uuid5(REMINDERS, f"{participant} {reason} {day.isoformat()}")


@transaction.atomic
def _end(photo_id: UUID) -> None:
    photo = Photo.objects.select_for_update(of=("self",)).get(pk=photo_id)
    if not not_agreed_again(1, among=[photo_id]):
        return  # agreed to in this very moment
    subjects = list(ConsentSubject.objects.filter(photo=photo).values_list("pk", flat=True))
    decision = uuid4()
    consent.expire(subjects=subjects, decision=decision)
    take_out(photos=[photo], decision=decision, by="system", cause=Withdrawal.Cause.EXPIRED)


def _remind(reason: str, waiting: Sequence[Due], *, wait: timedelta) -> None:
    """Write one mail for each person and day; who does not want any counts as told."""
    for participant, day in sorted({(due.participant, due.day) for due in waiting}):
        with override(language_of(participant) or None):
            context = _words(reason, day + wait)
        identity.send_reminder(participant=participant, decision=reminder_of(participant, reason, day), context=context)


def _words(reason: str, last: date) -> dict[str, object]:
    sentences = [gettext("Until you agree again, nobody uses your photos.")] if reason == NOTICE_CHANGED else []
    return {"what": reason, "date": date_format(last, "DATE_FORMAT"), "sentences": sentences}
