"""What is made of findings: anything found is held, a known list locks, and no machine lowers what an officer said."""

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from audit.models import Event
from contributions.models import Photo
from screening import actions, queries
from screening.models import Verdict
from screening.transitions import VerdictState
from tests.screening.found import find, judged, ready, ruled
from tests.screening.stopped import KNOWN, RAISED

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
CLEAR, HELD, EXCLUDED, LOCKED = VerdictState.CLEAR, VerdictState.HELD, VerdictState.EXCLUDED, VerdictState.LOCKED


@pytest.fixture
def photo() -> Photo:
    return ready()


ENDS: dict[str, tuple[dict[str, Any], VerdictState]] = {
    "nothing": ({}, CLEAR),
    "a classifier": (RAISED, HELD),
    "a classifier that failed": ({"classified": ["classifier_failed:open_nsfw"]}, HELD),
    "a hash of low quality": ({"matched": ["hash_quality_low"]}, HELD),
    "no hash": ({"matched": ["not_hashed"]}, HELD),
    "no list": ({"matched": ["list_missing:national"]}, HELD),
    "a stale list": ({"matched": ["list_stale:national"]}, HELD),
    "an empty list": ({"matched": ["list_empty:national"]}, HELD),
    "a word that nobody knows": ({"classified": ["something_else"]}, HELD),
    "a known list": (KNOWN, LOCKED),
    "a known list and a classifier": ({**KNOWN, **RAISED}, LOCKED),
    "a service that knows it": ({"classified": ["known:arachnid_shield", "classifier:arachnid_shield"]}, LOCKED),
}


@pytest.mark.requirement("S1", "S6")
@pytest.mark.parametrize(("found", "end"), ENDS.values(), ids=ENDS)
def test_what_was_found_decides_the_end(photo: Photo, found: dict[str, Any], end: VerdictState) -> None:
    verdict = judged(photo, **found)
    assert verdict.state == end
    assert verdict.by == "system"
    assert (photo.received.dropped_at is None) or end == CLEAR


@pytest.mark.requirement("S1")
@pytest.mark.parametrize(("step", "code"), [("match_known", "not_matched"), ("classify", "not_classified")])
def test_a_photo_on_which_a_step_did_not_run_is_held(photo: Photo, step: str, code: str) -> None:
    find(photo)
    photo.findings.filter(step=step).delete()
    actions.judge(photo_id=photo.pk)
    verdict = queries.newest_verdict(photo.pk)
    assert verdict is not None
    assert (verdict.state, verdict.reasons) == (HELD, [code])


@pytest.mark.requirement("S5")
def test_a_verdict_says_with_which_versions_it_was_made(photo: Photo) -> None:
    verdict = judged(photo)
    assert set(verdict.made_with) == {"method", "index", "classifiers", "matches"}
    assert verdict.made_with["classifiers"]["open_nsfw"].endswith("@0.2")


def test_judging_again_adds_nothing(photo: Photo) -> None:
    judged(photo, **RAISED)
    actions.judge(photo_id=photo.pk)
    assert Verdict.objects.count() == Event.objects.filter(action="photo:judged").count() == 1


@pytest.mark.requirement("S5")
def test_what_a_classifier_raised_no_other_classifier_takes_back(photo: Photo) -> None:
    judged(photo, **RAISED)
    assert judged(photo).state == HELD


def test_what_a_classifier_failed_on_is_clear_once_it_did_not(photo: Photo) -> None:
    judged(photo, classified=["classifier_failed:open_nsfw"])
    assert judged(photo).state == CLEAR


# What an officer ruled on with what before them, what is found later, and what stands then.
LATER: dict[str, tuple[dict[str, Any], str, dict[str, Any], VerdictState]] = {
    "cleared, found again": (RAISED, CLEAR, RAISED, CLEAR),
    "cleared, found no more": (RAISED, CLEAR, {}, CLEAR),
    "cleared, something new": (RAISED, CLEAR, {**RAISED, "matched": ["hash_quality_low"]}, HELD),
    "cleared, then known": (RAISED, CLEAR, {**RAISED, **KNOWN}, LOCKED),
    "cleared by two, the same match": (KNOWN, CLEAR, KNOWN, CLEAR),
    "cleared by two, a nearer match": (
        KNOWN,
        CLEAR,
        {**KNOWN, "matches": [{**KNOWN["matches"][0], "distance": 2}]},
        LOCKED,
    ),
    "excluded, found no more": (RAISED, EXCLUDED, {}, EXCLUDED),
    "excluded, then known": (RAISED, EXCLUDED, KNOWN, LOCKED),
    "excluded by two as known": (KNOWN, EXCLUDED, KNOWN, EXCLUDED),
    "locked, found no more": (RAISED, LOCKED, {}, LOCKED),
    "held by two, found no more": (KNOWN, HELD, {}, HELD),
    "held by two, the same match": (KNOWN, HELD, KNOWN, HELD),
}


@pytest.mark.requirement("S5", "S6")
@pytest.mark.parametrize(("before", "ruling", "later", "end"), LATER.values(), ids=LATER)
def test_what_an_officer_said_is_only_raised(
    photo: Photo, before: dict[str, Any], ruling: str, later: dict[str, Any], end: VerdictState
) -> None:
    judged(photo, **before)
    ruled(photo, ruling)
    assert judged(photo, **later).state == end


@pytest.mark.requirement("S6")
def test_a_lock_is_final_for_the_machine(photo: Photo) -> None:
    lock = judged(photo, **KNOWN)
    assert judged(photo).pk == lock.pk
    assert queries.locked_among([photo.pk]) == {photo.pk}
    ruled(photo, EXCLUDED)
    assert queries.locked_among([photo.pk]) == set()


@pytest.mark.requirement("S5", "S7")
def test_a_clear_ruling_stands_under_a_new_policy_for_the_same_findings(photo: Photo, settings: Settings) -> None:
    judged(photo, **RAISED)
    ruled(photo, CLEAR)
    settings.SCREENING_POLICY = "another"
    again = judged(photo, **RAISED)
    assert (again.state, again.policy, again.by) == (CLEAR, queries.current_policy(), "system")
    assert judged(photo, classified=["classifier:open_nsfw", "classifier:hive"]).state == HELD


@pytest.mark.requirement("S7")
def test_findings_of_an_earlier_policy_give_a_verdict_of_that_policy(photo: Photo, settings: Settings) -> None:
    before = queries.current_policy()
    find(photo)
    settings.SCREENING_POLICY = "another"
    actions.judge(photo_id=photo.pk)
    verdict = queries.newest_verdict(photo.pk)
    assert verdict is not None
    assert verdict.policy == before


def test_an_undone_withdrawal_needs_no_second_look(photo: Photo) -> None:
    first = judged(photo)
    photo.findings.filter(step="classify").delete()
    actions.judge(photo_id=photo.pk)
    again = queries.newest_verdict(photo.pk)
    assert again is not None
    assert (again.state, again.policy) == (CLEAR, first.policy)


@pytest.mark.requirement("S10")
def test_the_log_names_neither_list_nor_distance(photo: Photo) -> None:
    judged(photo, **KNOWN)
    (leaf,) = Event.objects.filter(action="photo:judged").values_list("leaf", flat=True)
    assert "national" not in str(leaf)
    assert Event.objects.get(action="photo:judged").data["reasons"] == ["known"]
