"""A new policy, model or threshold has every photo screened again, a few at a time; nothing else has."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from contributions import actions as contributions
from contributions.models import Photo, Step
from screening import actions, queries, tasks
from screening.actions.rescreening import AGAIN
from screening.classifying.versions import VERSIONS
from screening.models import Finding, KnownList, PolicyChange, Verdict
from screening.queries.rescreening import to_rescreen
from tests.builders import given
from tests.screening.found import find, judged, ready, ruled

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
DOUBLE = {"class": "tests.screening.doubles.Fixed", "threshold": 0.2, "options": {"score": 0.0}}


@pytest.fixture
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A classifier that takes no time, and the policy noticed."""
    monkeypatch.setitem(VERSIONS, "double", "1")
    settings.CLASSIFIERS = {"double": DOUBLE}
    actions.notice_policy()
    return settings


def clear_photos(number: int) -> list[Photo]:
    photos = [ready() for _ in range(number)]
    for photo in photos:
        judged(photo)
    return photos


def opened() -> list[str]:
    return list(Step.objects.filter(done_at__isnull=True).order_by("photo", "position").values_list("name", flat=True))


@pytest.mark.requirement("S7")
def test_a_changed_model_has_every_photo_screened_again_and_the_new_verdict_counts(
    monkeypatch: pytest.MonkeyPatch, quick: Settings
) -> None:
    photo = given().agree().photos[0]
    before = queries.newest_verdict(photo.pk)
    assert before is not None
    assert actions.rescreen() == 0
    monkeypatch.setitem(VERSIONS, "double", "2")
    assert actions.rescreen() == 1
    assert actions.rescreen() == 0
    contributions.run(photo_id=photo.pk)
    again = queries.newest_verdict(photo.pk)
    assert again is not None
    assert again.pk != before.pk
    assert (again.state, again.policy) == ("clear", queries.current_policy())
    assert again.made_with["classifiers"] == {"double": "2@0.2"}
    over = timezone.now() + timedelta(days=quick.RESCREEN_DAYS)
    monkeypatch.setattr("screening.queries.policy.timezone", SimpleNamespace(now=lambda: over))
    assert queries.servable().filter(pk=photo.pk).exists()
    assert photo.steps.filter(name="screening.intake.classify").count() == 2


@pytest.mark.requirement("S7")
def test_a_lower_threshold_raises_what_was_clear(quick: Settings) -> None:
    quick.CLASSIFIERS = {"double": {**DOUBLE, "options": {"score": 0.15}}}
    photo = given().agree().photos[0]
    assert queries.servable().filter(pk=photo.pk).exists()
    quick.CLASSIFIERS = {"double": {**DOUBLE, "options": {"score": 0.15}, "threshold": 0.1}}
    tasks.rescreen()
    assert queries.servable().filter(pk=photo.pk).exists()
    contributions.run(photo_id=photo.pk)
    verdict = queries.newest_verdict(photo.pk)
    assert verdict is not None
    assert (verdict.state, verdict.reasons) == ("held", ["classifier:double"])
    assert not queries.servable().filter(pk=photo.pk).exists()


@pytest.mark.requirement("S7")
def test_a_few_at_a_time_and_progress_is_told(quick: Settings) -> None:
    photos = clear_photos(5)
    quick.SCREENING_POLICY = "another"
    assert actions.rescreen(at_once=2) == 2
    assert actions.rescreen(at_once=2) == 0
    assert opened() == 2 * list(AGAIN)
    progress = queries.rescreening()
    change = PolicyChange.objects.latest("pk")
    assert (progress.done, progress.total, progress.left) == (0, 5, 5)
    assert (progress.since, progress.deadline) == (change.at, change.deadline)
    for photo in photos[:3]:
        find(photo)
    assert queries.rescreening().done == 3
    # A step that gave up waits for a person, and takes nobody's place.
    Step.objects.filter(done_at__isnull=True).update(parked_at=timezone.now())
    assert actions.rescreen(at_once=2) <= 2
    assert to_rescreen().count() == 2


@pytest.mark.requirement("S7")
def test_nothing_is_screened_again_because_a_list_grew(quick: Settings) -> None:
    clear_photos(1)
    KnownList.objects.create(name="national", version=1, waiting_since=timezone.now())
    assert actions.rescreen() == 0
    assert not to_rescreen().exists()


@pytest.mark.requirement("S6", "S7")
def test_what_is_locked_excluded_on_its_way_out_or_new_is_left_alone(quick: Settings) -> None:
    locked, _never_judged, held, excluded = (ready() for _ in range(4))
    judged(locked, matched=["known:national"])
    judged(held, classified=["classifier:double"])
    judged(excluded, classified=["classifier:double"])
    ruled(excluded, "excluded", "unsafe")
    leaving = given().agree()
    leaving.withdraw()
    quick.SCREENING_POLICY = "another"
    assert set(to_rescreen()) == {held}


@pytest.mark.requirement("S1")
def test_what_a_classifier_failed_on_is_tried_again_after_a_while(quick: Settings) -> None:
    photo = ready()
    judged(photo, classified=["classifier_failed:double"])
    assert actions.rescreen() == 0
    Finding.objects.filter(photo=photo, step="classify").update(at=timezone.now() - timedelta(hours=1, minutes=1))
    assert actions.rescreen() == 1


def test_only_steps_of_the_way_in_are_repeated() -> None:
    photo = ready()
    with pytest.raises(ValueError, match="annotation"):
        contributions.repeat_steps(photo=photo, names=["annotation.intake.open_task"])
    assert opened() == []


def test_a_verdict_says_so_when_nothing_has_changed(quick: Settings) -> None:
    clear_photos(1)
    assert queries.rescreening().left == 0
    assert queries.rescreening().deadline is None
    assert Verdict.objects.count() == 1
