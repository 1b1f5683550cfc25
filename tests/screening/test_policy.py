"""Which verdicts count: those under the present policy, and until the deadline those under the one before it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Event
from contributions.models import Photo
from screening import actions, queries
from screening.classifying.versions import VERSIONS
from screening.models import KnownList, PolicyChange
from tests.builders import given

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.fixture
def photo() -> Photo:
    """In use, screened, and the policy is noticed."""
    actions.notice_policy()
    return given().agree().photos[0]


def later(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    moved = timezone.now() + timedelta(days=days)
    monkeypatch.setattr("screening.queries.policy.timezone", SimpleNamespace(now=lambda: moved))


def is_servable(photo: Photo) -> bool:
    return queries.servable().filter(pk=photo.pk).exists()


def test_a_policy_is_named_for_what_judges(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {queries.current_policy()}
    monkeypatch.setitem(VERSIONS, "open_nsfw", "other weights")
    names.add(queries.current_policy())
    settings.CLASSIFIERS = {"open_nsfw": {**settings.CLASSIFIERS["open_nsfw"], "threshold": 0.3}}
    names.add(queries.current_policy())
    monkeypatch.setattr("screening.queries.policy.METHOD", "pdq-2")
    names.add(queries.current_policy())
    monkeypatch.setattr("screening.queries.policy.INDEX", "other")
    names.add(queries.current_policy())
    settings.SCREENING_POLICY = "another"
    names.add(queries.current_policy())
    assert len(names) == 6


def test_a_change_is_noticed_once_and_in_the_log() -> None:
    assert actions.notice_policy() is not None
    assert actions.notice_policy() is None
    (entry,) = Event.objects.filter(action="policy:changed")
    assert entry.data["policy"] == queries.current_policy()


@pytest.mark.requirement("S1", "S7")
def test_a_new_policy_closes_the_gate_until_a_worker_has_noticed_and_again_after_the_deadline(
    photo: Photo, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_servable(photo)
    settings.SCREENING_POLICY = "another"
    assert not is_servable(photo)
    change = actions.notice_policy()
    assert change is not None
    assert change.deadline - change.at == timedelta(days=settings.RESCREEN_DAYS)
    assert is_servable(photo)
    later(monkeypatch, settings.RESCREEN_DAYS)
    assert not is_servable(photo)


@pytest.mark.requirement("S7")
def test_each_policy_counts_until_its_own_deadline(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = []
    for name, days in (("first", 7), ("second", 2), ("third", 7)):
        settings.SCREENING_POLICY, settings.RESCREEN_DAYS = name, days
        actions.notice_policy()
        photos.append(given().agree().photos[0])

    def counting() -> list[bool]:
        return [is_servable(photo) for photo in photos]

    assert counting() == [True, True, True]
    later(monkeypatch, 3)
    assert counting() == [False, True, True]
    later(monkeypatch, 8)
    assert counting() == [False, False, True]


@pytest.mark.requirement("S7")
def test_the_first_policy_that_is_noticed_lets_nothing_in_that_was_judged_before_it(settings: Settings) -> None:
    photo = given().agree().photos[0]
    assert is_servable(photo)
    settings.SCREENING_POLICY = "another"
    actions.notice_policy()
    assert not is_servable(photo)


def test_a_change_that_was_noticed_stays_as_it_was_written() -> None:
    actions.notice_policy()
    with pytest.raises(DatabaseError, match="permission denied"):
        PolicyChange.objects.update(deadline=timezone.now())


LATE = {"in time": (timedelta(hours=23), True), "late": (timedelta(hours=24, seconds=1), False)}


@pytest.mark.requirement("S7")
@pytest.mark.parametrize(("waits", "open_"), LATE.values(), ids=LATE)
def test_a_list_that_grew_closes_the_gate_only_when_its_reverse_match_is_late(
    photo: Photo, waits: timedelta, open_: bool
) -> None:
    KnownList.objects.create(name="national", version=2, waiting_since=timezone.now() - waits)
    assert is_servable(photo) is open_
    KnownList.objects.update(waiting_since=None)
    assert is_servable(photo)
