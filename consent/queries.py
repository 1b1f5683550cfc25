"""Reading consent: what stands for a subject, what is in force, notices, and the same told by the log."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from audit.models import Event
from audit.queries import AUDITOR, Panel
from consent.codes import digest_of
from consent.models import ConsentNotice, ConsentRecord, Receipt, Scope
from consent.rendering import Section, sections
from consent.transitions import IN_FORCE, ConsentState, TransitionNotAllowed, check

__all__ = [
    "IN_FORCE",
    "ConsentState",
    "Section",
    "Standing",
    "TransitionNotAllowed",
    "audit_panel",
    "current",
    "history",
    "in_force",
    "last_in_force",
    "latest_notice",
    "open_languages",
    "receipt_by_code",
    "replayed",
    "scopes_of",
    "sections",
    "state_of",
]
FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands for one subject: its state, and the scopes while it is in force."""

    state: ConsentState
    scopes: frozenset[str]


def current(subjects: Iterable[UUID]) -> dict[UUID, ConsentRecord]:
    """The newest record of each subject; one that was never asked is absent."""
    newest = ConsentRecord.objects.filter(subject__in=list(subjects)).order_by("subject", "-id").distinct("subject")
    return {record.subject: record for record in newest.select_related("notice")}


def last_in_force(subjects: Iterable[UUID]) -> dict[UUID, ConsentRecord]:
    """The newest record of each subject by which consent was in force; absent where it never was."""
    found = ConsentRecord.objects.filter(subject__in=list(subjects), state__in=IN_FORCE)
    newest = found.order_by("subject", "-id").distinct("subject")
    return {record.subject: record for record in newest.select_related("notice")}


def in_force(scopes: Sequence[str] = (Scope.RESEARCH,)) -> QuerySet[ConsentRecord]:
    """The newest records that are in force with all of these scopes, one a subject.

    For a table with a subject id: Exists(in_force().filter(subject=OuterRef("pk"))).
    """
    newer = ConsentRecord.objects.filter(subject=OuterRef("subject"), id__gt=OuterRef("id"))
    return ConsentRecord.objects.filter(~Exists(newer), state__in=IN_FORCE, scopes__contains=list(scopes))


def state_of(outer_ref: str) -> Subquery:
    """The state of the subject whose id stands in the outer query's column; NULL when it was never asked."""
    return Subquery(_newest_of(outer_ref).values("state")[:1])


def scopes_of(outer_ref: str) -> Subquery:
    """The scopes on the newest record of the subject in the outer column: empty unless it is in force."""
    return Subquery(_newest_of(outer_ref).values("scopes")[:1])


def history(subjects: Iterable[UUID]) -> QuerySet[ConsentRecord]:
    """Every record of these subjects, oldest first."""
    return ConsentRecord.objects.filter(subject__in=list(subjects)).select_related("notice").order_by("id")


def replayed(subject: UUID) -> Standing | None:
    """What stands for the subject by the log alone, entry after entry; None when the log holds nothing of it.

    Raises TransitionNotAllowed when the log tells a move that does not exist.
    """
    standing: Standing | None = None
    for event in Event.objects.filter(subject=str(subject), action__startswith="consent:").order_by("index"):
        state = ConsentState(event.action.removeprefix("consent:"))
        check(standing.state if standing else None, state)
        standing = Standing(state, frozenset(event.data.get("scopes", [])))
    return standing


def receipt_by_code(code: str) -> Receipt | None:
    """The receipt that carries this withdrawal code, however it was typed. What is compared is a digest."""
    digest = digest_of(code)
    receipt = Receipt.objects.filter(code_sha256=digest).first()
    if receipt is None or not hmac.compare_digest(bytes(receipt.code_sha256), digest):
        return None
    return receipt


def latest_notice(language: str) -> ConsentNotice:
    """The newest version of the notice, in this language where it is published in it, else in English.

    Raises ConsentNotice.DoesNotExist before the first notice is published.
    """
    newest = ConsentNotice.objects.order_by("-published_at", "-version").first()
    if newest is None:
        raise ConsentNotice.DoesNotExist("No notice is published yet.")
    known = {notice.language: notice for notice in ConsentNotice.objects.filter(version=newest.version)}
    return known.get(language) or known.get(FALLBACK) or newest


def open_languages() -> list[str]:
    """The languages in which the newest notice is published, in the order of the settings."""
    newest = ConsentNotice.objects.order_by("-published_at", "-version").first()
    version = newest.version if newest else ""
    known = set(ConsentNotice.objects.filter(version=version).values_list("language", flat=True))
    return [code for code, _name in settings.LANGUAGES if code in known]


def audit_panel() -> Panel:
    """How many consents stand in each state, and the notices, as the auditor's own role reads them."""
    newer = ConsentRecord.objects.filter(subject=OuterRef("subject"), id__gt=OuterRef("id"))
    newest = ConsentRecord.objects.using(AUDITOR).filter(~Exists(newer.using(AUDITOR)))
    counts = dict(newest.values_list("state").annotate(Count("id")).order_by())
    rows: list[tuple[str, object]] = [(str(state.label), counts.get(state.value, 0)) for state in ConsentState]
    for notice in ConsentNotice.objects.using(AUDITOR).order_by("published_at"):
        label = _("Notice %(version)s (%(language)s)") % {"version": notice.version, "language": notice.language}
        rows.append((label, f"{notice.published_at:%Y-%m-%d} · {notice.approval} · {notice.sha256[:16]}…"))
    return Panel(title=_("Consent"), rows=rows)


def _newest_of(outer_ref: str) -> QuerySet[ConsentRecord]:
    return ConsentRecord.objects.filter(subject=OuterRef(outer_ref)).order_by("-id")
