"""What this room shows on the auditor's desk, read as the auditor's own role, and every notice to all staff."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.queries import AUDITOR, Panel
from consent.comparing import Paragraph
from consent.models import ConsentNotice, Scope
from consent.queries.notices import changes
from consent.queries.standing import newest_with_force
from consent.rendering import Section, sections
from consent.transitions import ConsentState
from consent.versions import order_of


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
    def time(self) -> str:
        """How long an answer to it stands."""
        months = self.notice.valid_months
        words = ngettext("%(months)d month", "%(months)d months", months or 0)
        return words % {"months": months} if months else _("until it is withdrawn")

    @property
    def has_changed(self) -> bool:
        """Whether any word differs from the version before."""
        return any(not paragraph.is_same for paragraph in self.changes)


@dataclass(frozen=True, slots=True)
class _Standing:
    """How many subjects have this newest record, and whether it is in force."""

    state: str
    notice: UUID | None
    scopes: tuple[str, ...]
    is_in_force: bool
    number: int


def audit_panel() -> Panel:
    """How many consents stand in each state and, of those in force, for which scope and by which notice."""
    standing = _standings(newest_with_force().using(AUDITOR))
    agreed = [one for one in standing if one.is_in_force]
    rows: list[tuple[str, object]] = [
        (str(state.label), sum(one.number for one in standing if one.state == state)) for state in ConsentState
    ]
    by_scope = [(str(scope.label), sum(one.number for one in agreed if scope.value in one.scopes)) for scope in Scope]
    counts = _by_notice(agreed)
    by_notice = [
        (_("by notice %(notice)s") % {"notice": label_of(notice)}, counts[notice.pk]) for notice in _published(AUDITOR)
    ]
    return Panel(title=_("Consent"), rows=rows, bars=[*by_scope, *by_notice])


def audit_choices() -> list[tuple[str, str]]:
    """The published notices, newest first, as the log mentions them (SHA-256) and as people call them."""
    return [(notice.sha256, label_of(notice)) for notice in _published(AUDITOR)]


def audit_notices(*, using: str = AUDITOR) -> list[AuditedNotice]:
    """Every version in every language, newest first, each with what changed since the version before."""
    counts = _by_notice(_standings(newest_with_force().using(using)))
    found = []
    by_language = sorted(_published(using), key=lambda notice: notice.language)
    for language, those in groupby(by_language, key=lambda notice: notice.language):
        newest_first = list(those)
        for notice, before in zip(newest_first, [*newest_first[1:], None], strict=True):
            found.append(
                AuditedNotice(
                    notice=notice,
                    language=_name_of(language),
                    in_force=counts[notice.pk],
                    before=before.version if before else "",
                    changes=changes(before, notice) if before else (),
                )
            )
    return sorted(found, key=lambda one: order_of(one.notice.version), reverse=True)


def label_of(notice: ConsentNotice) -> str:
    """A notice as staff call it: 2026-1, English."""
    return f"{notice.version}, {_name_of(notice.language)}"


def _published(using: str) -> list[ConsentNotice]:
    found = ConsentNotice.objects.using(using).order_by("language")
    return sorted(found, key=lambda notice: order_of(notice.version), reverse=True)


def _standings(records: QuerySet[Any]) -> list[_Standing]:
    counted = records.order_by().values_list("state", "notice", "scopes", "force").annotate(Count("pk"))
    return [_Standing(state, notice, tuple(scopes), force, number) for state, notice, scopes, force, number in counted]


def _by_notice(standing: Sequence[_Standing]) -> Counter[UUID | None]:
    found: Counter[UUID | None] = Counter()
    for one in standing:
        if one.is_in_force:
            found[one.notice] += one.number
    return found


def _name_of(language: str) -> str:
    return str(dict(settings.LANGUAGES).get(language, language))
