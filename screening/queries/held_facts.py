"""What a safety officer reads of a photo instead of looking at it: facts in words, never the picture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from contributions.models import Person, Photo
from screening.codes import MATCH_KNOWN, CodeKind, about
from screening.models import Finding
from screening.queries.reasons import sentence, taken_back


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """One photo for the desk: why it was stopped, and what the person who gave it said. Sentences and short phrases.

    `is_known`: a known list has to do with it.
    """

    photo: Photo
    why: tuple[str, ...]
    scores: tuple[str, ...]
    people: tuple[str, ...]
    is_known: bool

    @property
    def id(self) -> UUID:
        """The photo's id."""
        return self.photo.pk

    @property
    def short(self) -> str:
        """The beginning of the id, as the other desks show it."""
        return str(self.photo.pk)[:8]


def facts_of(photos: QuerySet[Photo] | Iterable[Photo]) -> list[PhotoFacts]:
    """The facts of these photos, in their order; each photo has `reasons`, the codes of its verdict."""
    shown = list(photos)
    prefetch_related_objects(shown, "findings", "persons")
    return [_facts(photo) for photo in shown]


def _facts(photo: Photo) -> PhotoFacts:
    findings = sorted(photo.findings.all(), key=lambda finding: finding.step)
    known: dict[str, Mapping[str, Any]] = {code: finding.facts for finding in findings for code in finding.codes}
    # A verdict can have a reason that no finding has: a step that left none, or an officer's word.
    rest = [code for code in getattr(photo, "reasons", None) or [] if code not in known]
    return PhotoFacts(
        photo=photo,
        why=(*(sentence(code, facts) for code, facts in known.items()), *_no_more(rest, findings)),
        scores=tuple(_scores(findings)),
        people=tuple(_said(person) for person in photo.persons.all()),
        is_known=any(about(code, CodeKind.KNOWN) for code in [*known, *rest]),
    )


def _no_more(codes: Iterable[str], findings: Iterable[Finding]) -> Iterable[str]:
    """Reasons that no finding has; of a match, whether the lists were asked again since and have it no more."""
    asked = next((finding for finding in findings if finding.step == MATCH_KNOWN), None)
    is_on_none = asked is not None and not any(about(code, CodeKind.KNOWN) for code in asked.codes)
    for code in codes:
        is_over = asked is not None and is_on_none and about(code, CodeKind.KNOWN) in asked.lists
        yield taken_back(code) if is_over else sentence(code, {})


def _scores(findings: Iterable[Finding]) -> Iterable[str]:
    for finding in findings:
        for name, score in finding.facts.get("scores", {}).items():
            yield f"{name} {float(score['score']):.2f}"


def _said(person: Person) -> str:
    """The age as written and who it is, as the giver answered."""
    age = f"“{person.age_text}”" if person.age_text else _("no age given")
    return f"{age}, {person.get_basis_display()}" if person.basis else age
