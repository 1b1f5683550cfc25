"""The receipts that a person can look up again: what was decided, by which text, and the record as a machine reads it.

The withdrawal code is on none of them: only its hash is kept.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from consent.models import ConsentNotice, ConsentRecord, Receipt, Scope
from consent.queries import IN_FORCE, receipt_documents
from contributions.queries.person import cards_of

RUN = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Line:
    """Photos about which the same was said: "Photos 1-3, 5", the state of the consent then, and the uses agreed to."""

    photos: str
    state: str
    scopes: tuple[str | Promise, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One receipt as the person reads it."""

    receipt: Receipt
    at: datetime
    notices: tuple[ConsentNotice, ...]
    lines: tuple[Line, ...]

    @property
    def what(self) -> str:
        """What was decided, in a word or two for each answer: agreed, changed, withdrawn."""
        return ", ".join(dict.fromkeys(line.state for line in self.lines))


def receipts_of(participant: UUID) -> list[Paper]:
    """This participant's receipts, newest first; those about photos that their page does not show are left out.

    A receipt that was issued twice, because the first one never reached its mail, is shown once.
    """
    names = {card.subject: (card.depicted, card.number, card.since) for card in cards_of(participant)}
    receipts = {receipt.decision: receipt for receipt in sorted(receipt_documents(participant), key=_issued)}
    told: dict[UUID, list[ConsentRecord]] = defaultdict(list)
    before: dict[UUID, ConsentRecord] = {}
    changed = set()
    for record in ConsentRecord.objects.filter(subject__in=list(names)).select_related("notice").order_by("id"):
        if _is_change(before.get(record.subject), record):
            changed.add(record.pk)
        before[record.subject] = record
        if record.decision in receipts:
            told[record.decision].append(record)
    papers = [_paper(receipts[decision], rows, names, changed) for decision, rows in told.items()]
    return sorted(papers, key=lambda paper: paper.receipt.issued_at, reverse=True)


def paper_of(participant: UUID, receipt: UUID) -> Paper | None:
    """One receipt of this participant's own, else None."""
    return next((paper for paper in receipts_of(participant) if paper.receipt.pk == receipt), None)


def lines_of(said: Iterable[tuple[int, str, Sequence[str]]]) -> tuple[Line, ...]:
    """Photos (number, state in words, scopes) put together where the same was said of them, in order of the first."""
    groups: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    for number, state, scopes in said:
        groups[state, tuple(scope for scope in Scope.values if scope in scopes)].append(number)
    return tuple(
        Line(photos_in_words(numbers), state, tuple(Scope(scope).label for scope in scopes))
        for (state, scopes), numbers in groups.items()
    )


def photos_in_words(numbers: Sequence[int]) -> str:
    """Photo numbers, with runs drawn together: "Photo 3", "Photos 1-14, 16" (with a dash)."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}{RUN}{run[-1]}" for run in runs)
    return (
        _("Photo %(numbers)s") % {"numbers": parts} if parts.isdigit() else _("Photos %(numbers)s") % {"numbers": parts}
    )


def _issued(receipt: Receipt) -> datetime:
    return receipt.issued_at


def _is_change(before: ConsentRecord | None, record: ConsentRecord) -> bool:
    """Whether this only says for what else, or no more, a yes that stood already holds."""
    stood = before is not None and before.state == record.state and record.state in IN_FORCE
    return stood and before is not None and set(before.scopes) != set(record.scopes)


def _paper(
    receipt: Receipt,
    records: Sequence[ConsentRecord],
    names: dict[UUID, tuple[bool, int, datetime | None]],
    changed: Collection[int],
) -> Paper:
    said = [
        (
            names[row.subject][1],
            _("changed") if row.pk in changed else str(row.get_state_display()),
            row.scopes if row.state in IN_FORCE else (),
        )
        for row in sorted(records, key=lambda row: (names[row.subject][0], names[row.subject][1]))
    ]
    notices = tuple(dict.fromkeys(row.notice for row in records if row.notice))
    return Paper(receipt, records[0].at, notices, lines_of(said))
