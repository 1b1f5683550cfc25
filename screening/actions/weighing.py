"""What the findings of one photo come to, given what was judged and ruled before. No row is changed here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from contributions.models import Photo
from screening.codes import CLASSIFY, MATCH_KNOWN, CodeKind, kind_of
from screening.models import Finding, Verdict
from screening.queries.gate import BY_STAFF, verdicts_of
from screening.queries.policy import current
from screening.transitions import VerdictState

# The steps whose findings a verdict is made of, and the code of one that is missing.
NEEDED: Final = {MATCH_KNOWN: CodeKind.NOT_MATCHED.value, CLASSIFY: CodeKind.NOT_CLASSIFIED.value}


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was found: code words, matches in words of their own, and those of both that no officer has ruled on.

    `lists` are the versions of the known lists that were asked, `made_with` those of method, index and models;
    `policy` is the one that the photo was classified under.
    """

    codes: list[str]
    matches: list[str]
    unruled: frozenset[str]
    lists: dict[str, int]
    made_with: dict[str, Any]
    policy: str

    @property
    def state(self) -> VerdictState:
        """On a known list is locked, anything else that no officer has ruled on is held."""
        if not self.unruled:
            return VerdictState.CLEAR
        known = any(kind_of(word) == CodeKind.KNOWN or word in self.matches for word in self.unruled)
        return VerdictState.LOCKED if known else VerdictState.HELD


def weigh(photo: Photo, last: Verdict | None, ruling: Verdict | None) -> Weighed:
    """The findings of a photo, beside its newest verdict and the newest ruling of an officer."""
    findings = {row.step: row for row in Finding.objects.filter(photo=photo, step__in=NEEDED)}
    codes = [code for step in NEEDED if step in findings for code in findings[step].codes]
    codes += [code for step, code in NEEDED.items() if step not in findings and not _stands(step, last)]
    raised = _still_raised(last)
    codes += [code for code in raised if code not in codes]
    known = findings.get(MATCH_KNOWN)
    matches = [_in_words(match) for match in known.facts.get("matches", [])] if known else []
    return Weighed(
        codes=codes,
        matches=matches,
        # A report is of its own day: a ruling on the one before says nothing of it.
        unruled=(frozenset([*codes, *matches]) - _ruled(photo, ruling)) | ({CodeKind.REPORTED.value} & {*raised}),
        lists=known.lists if known else {},
        made_with={key: value for row in findings.values() for key, value in row.made_with.items() if key != "policy"},
        policy=_policy(findings.get(CLASSIFY), last),
    )


def next_state(last: Verdict | None, ruling: Verdict | None, found: VerdictState) -> VerdictState | None:
    """What a machine may say after all that; None: nothing. It excludes nothing, and lowers nothing an officer said."""
    if last is None:
        return found
    if last.state == VerdictState.LOCKED:
        return None
    settled = last.state == VerdictState.EXCLUDED or (ruling is not None and ruling.state != VerdictState.CLEAR)
    if settled:
        return VerdictState.LOCKED if found == VerdictState.LOCKED else None
    return found


def newest_ruling(photo: Photo) -> Verdict | None:
    """The newest ruling of an officer on the photo's present content."""
    return verdicts_of(photo.pk).filter(by__startswith=BY_STAFF).first()


def _stands(step: str, last: Verdict | None) -> bool:
    """A withdrawal dropped the finding and was undone: what made the photo clear then stands for it."""
    return step == CLASSIFY and last is not None and last.state == VerdictState.CLEAR


def _still_raised(last: Verdict | None) -> list[str]:
    if last is None or last.by.startswith(BY_STAFF) or last.state != VerdictState.HELD:
        return []
    # What a classifier or a person has raised stays raised until an officer rules: no machine takes it back.
    return [word for word in last.reasons if kind_of(word) in {CodeKind.CLASSIFIER, CodeKind.REPORTED}]


def _ruled(photo: Photo, ruling: Verdict | None) -> frozenset[str]:
    """What the officer had before them: the reasons and matches of the last verdict that screening gave before."""
    if ruling is None:
        return frozenset()
    before = verdicts_of(photo.pk).filter(pk__lt=ruling.pk).exclude(by__startswith=BY_STAFF).first()
    return frozenset([*before.reasons, *before.made_with.get("matches", [])]) if before else frozenset()


def _policy(classified: Finding | None, last: Verdict | None) -> str:
    if classified is not None:
        # A finding that does not say under which policy it was made counts under none.
        return str(classified.made_with.get("policy", settings.SCREENING_POLICY))
    return last.policy if _stands(CLASSIFY, last) and last else current()


def _in_words(match: Mapping[str, Any]) -> str:
    """A match as a word that another one of the same list and photo differs from."""
    return ":".join(str(match.get(part, "")) for part in ("list", "kind", "form", "turn", "distance"))
