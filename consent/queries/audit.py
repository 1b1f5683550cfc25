"""What this room shows on the auditor's desk, read as the auditor's own role."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from audit.queries import AUDITOR, Panel
from consent.comparing import Paragraph, compared
from consent.models import ConsentNotice, ConsentRecord, Scope
from consent.rendering import Section, sections
from consent.transitions import IN_FORCE, ConsentState


@dataclass(frozen=True, slots=True)
class AuditedNotice:
    """One version in one language: what was published, how many consents rest on it, what changed since the one before.

    `before` is the version before in the same language, empty for the first; then there are no `changes`.
    """

    notice: ConsentNotice
    language: str
    in_force: int
    before: str
    changes: Sequence[Paragraph]

    @property
    def sections(self) -> list[Section]:
        """The text as people read it."""
        return sections(self.notice.text)

    @property
    def has_changed(self) -> bool:
        """Whether any word differs from the version before."""
        return any(not paragraph.is_same for paragraph in self.changes)


@dataclass(frozen=True, slots=True)
class _Standing:
    """How many subjects have this newest record."""

    state: str
    notice: UUID | None
    scopes: tuple[str, ...]
    number: int


def audit_panel() -> Panel:
    """How many consents stand in each state and, of those in force, for which scope and by which notice."""
    standing = _standings()
    rows: list[tuple[str, object]] = [
        (str(state.label), sum(one.number for one in standing if one.state == state)) for state in ConsentState
    ]
    in_force = [one for one in standing if one.state in IN_FORCE]
    by_scope = [(str(scope.label), sum(one.number for one in in_force if scope.value in one.scopes)) for scope in Scope]
    counts = _by_notice(in_force)
    by_notice = [
        (_("by notice %(notice)s") % {"notice": label_of(notice)}, counts[notice.pk]) for notice in _published()
    ]
    return Panel(title=_("Consent"), rows=rows, bars=[*by_scope, *by_notice])


def audit_choices() -> list[tuple[str, str]]:
    """The published notices, newest first, as the log mentions them (SHA-256) and as people call them."""
    return [(notice.sha256, label_of(notice)) for notice in _published()]


def audit_notices() -> list[AuditedNotice]:
    """Every version in every language, newest first, each with what changed since the version before."""
    counts = _by_notice([one for one in _standings() if one.state in IN_FORCE])
    found = []
    for language, those in groupby(sorted(_published(), key=lambda notice: notice.language), key=lambda n: n.language):
        newest_first = list(those)
        for notice, before in zip(newest_first, [*newest_first[1:], None], strict=True):
            found.append(
                AuditedNotice(
                    notice=notice,
                    language=_name_of(language),
                    in_force=counts[notice.pk],
                    before=before.version if before else "",
                    changes=compared(_whole(before), _whole(notice)) if before else (),
                )
            )
    return sorted(found, key=lambda one: (one.notice.published_at, one.notice.version), reverse=True)


def label_of(notice: ConsentNotice) -> str:
    """A notice as staff call it: 2026-1, English."""
    return f"{notice.version}, {_name_of(notice.language)}"


def _published() -> list[ConsentNotice]:
    return list(ConsentNotice.objects.using(AUDITOR).order_by("-published_at", "-version", "language"))


def _standings() -> list[_Standing]:
    newer = ConsentRecord.objects.filter(subject=OuterRef("subject"), id__gt=OuterRef("id"))
    newest = ConsentRecord.objects.using(AUDITOR).filter(~Exists(newer.using(AUDITOR)))
    counted = newest.order_by().values_list("state", "notice", "scopes").annotate(Count("pk"))
    return [_Standing(state, notice, tuple(scopes), number) for state, notice, scopes, number in counted]


def _by_notice(standing: Sequence[_Standing]) -> Counter[UUID | None]:
    found: Counter[UUID | None] = Counter()
    for one in standing:
        found[one.notice] += one.number
    return found


def _name_of(language: str) -> str:
    return str(dict(settings.LANGUAGES).get(language, language))


def _whole(notice: ConsentNotice) -> str:
    return f"{notice.title}\n\n{notice.text}"
