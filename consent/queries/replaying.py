"""Consent as the log tells it, and what of it the tables do not know."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from uuid import UUID

from audit.models import Event
from audit.queries import legible, unlike, unreadable
from consent.models import ConsentNotice, ConsentRecord, Receipt
from consent.queries.standing import Standing
from consent.transitions import IN_FORCE, ConsentState, TransitionNotAllowed, check

BATCH = 1000
ACTIONS = [f"consent:{state}" for state in ConsentState]
NOTICE = ("notice", "language", "sha256")
OF_NOTICES = {"notice:published": ("notice_unknown", lambda row: row is not None)}
OF_RECEIPTS = {"receipt:issued": ("receipt_unknown", lambda row: row is not None)}


def replayed(subject: UUID) -> Standing | None:
    """What stands for the subject by the log alone, entry after entry; None when the log holds nothing of it.

    Whether its time is over says `Standing.state_at`. Raises TransitionNotAllowed when the log tells a move that does
    not exist.
    """
    events = Event.objects.filter(subject=str(subject), action__in=ACTIONS).order_by("index")
    return _replay([told for _event, told in legible(events, _told) if told])


def is_as_told(subject: UUID) -> bool:
    """Whether a subject's newest record says what the log tells: state and, agreed, scopes, notice and time."""
    try:
        return _recorded([subject]).get(subject) == replayed(subject)
    except TransitionNotAllowed:
        return False


def missing_by_log() -> Iterator[str]:
    """A code word and an id for each consent, receipt and notice that is not, or does not stand, as the log tells."""
    yield from unlike(OF_NOTICES, ConsentNotice.objects.only("pk"))
    yield from unlike(OF_RECEIPTS, Receipt.objects.only("pk"))
    misfits: list[Event] = []
    stories = _stories(misfits)
    while batch := dict(islice(stories, BATCH)):
        yield from map(unreadable, misfits)
        misfits.clear()
        there = _recorded(batch)
        for subject, standing in batch.items():
            if subject not in there:
                yield f"consent_unknown {subject}"
            # An answer may have come while this was reading: a difference counts when it is still there.
            elif there[subject] != standing and not is_as_told(subject):
                yield f"consent_not_as_told {subject}"
    yield from map(unreadable, misfits)


def _stories(misfits: list[Event]) -> Iterator[tuple[UUID, Standing | None]]:
    """Every subject that the log knows with what stands for it, in one sorted pass; None: no such move.

    Entries that do not fit their kind are left out and appended to `misfits`.
    """
    events = (
        Event.objects.filter(action__in=ACTIONS).order_by("subject", "index").only("index", "subject", "action", "leaf")
    )
    for subject, those in groupby(_fitting(events.iterator(chunk_size=BATCH), misfits), key=itemgetter(0)):
        try:
            yield subject, _replay(those)
        except TransitionNotAllowed:
            yield subject, None


def _fitting(events: Iterable[Event], misfits: list[Event]) -> Iterator[tuple[UUID, Standing]]:
    for event, told in legible(events, _told):
        if told:
            yield told
        else:
            misfits.append(event)


def _told(event: Event) -> tuple[UUID, Standing]:
    """Whom an entry is about, and what stands from then on. Raises ValueError or TypeError when it says neither."""
    data, state = event.data, ConsentState(event.action.removeprefix("consent:"))
    subject = UUID(event.subject)
    if state not in IN_FORCE:
        return subject, Standing(state, frozenset())
    scopes, until = data["scopes"], data.get("expires_at")
    if not isinstance(scopes, list):
        raise TypeError("Scopes are a list.")
    expires_at = datetime.fromisoformat(until) if until is not None else None
    return subject, Standing(state, frozenset(scopes), tuple(data[name] for name in NOTICE), expires_at)


def _replay(moves: Iterable[tuple[UUID, Standing]]) -> Standing | None:
    standing: Standing | None = None
    for _subject, told in moves:
        check(standing.state if standing else None, told.state)
        standing = told
    return standing


def _recorded(subjects: Iterable[UUID]) -> dict[UUID, Standing]:
    newest = ConsentRecord.objects.filter(subject__in=list(subjects)).order_by("subject", "-id").distinct("subject")
    return {record.subject: _standing(record) for record in newest.select_related("notice").defer("notice__text")}


def _standing(record: ConsentRecord) -> Standing:
    state, notice = ConsentState(record.state), record.notice
    if state not in IN_FORCE or notice is None:
        return Standing(state, frozenset())
    read = (notice.version, notice.language.lower(), notice.sha256)
    return Standing(state, frozenset(record.scopes), read, record.expires_at)
