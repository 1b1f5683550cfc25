"""Taking a release back: two curators, every download closed at once, and the papers kept."""

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from audit.models import Event
from contributions.queries import news
from releases import actions, queries
from releases.actions import ReleaseNotPossible
from releases.models import Release
from releases.transitions import ReleaseState, TransitionNotAllowed
from tests.builders import Given
from tests.releases.curators import Curators, taken_back, unpacked
from tests.releases.receiving import handed_out

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
WHY = "Some ages in it are wrong. Delete your copy."


def asked(curators: Curators) -> Release:
    release = curators.published()
    return actions.ask_retraction(release_id=release.pk, reason=WHY, staff_id=curators.first)


def open_files(release: Release) -> list[str]:
    return [file.path for file in queries.files_of(release) if file.sealed_id and not file.is_paper]


@pytest.mark.requirement("D10")
def test_one_asks_and_another_takes_it_back_and_nothing_of_a_photo_can_be_fetched(
    one: Given, curators: Curators, client: Client
) -> None:
    release = asked(curators)
    holder = handed_out(curators, release)
    paths = open_files(release)
    assert [holder.get(path).status for path in paths] == [200] * len(paths)
    assert news().releases
    taken_back(release, by=curators.second)
    release.refresh_from_db()
    assert release.state == ReleaseState.RETRACTED
    assert [holder.get(path).status for path in paths] == [410] * len(paths)
    assert open_files(release) == []
    assert not [path for path in unpacked(release) if path.startswith("data/")]
    assert "manifest.json" in unpacked(release)
    assert news().releases == []
    assert WHY in client.get("/versions/own/1/").content.decode()
    told = Event.objects.filter(subject=str(release.pk), action__startswith="release:retract").order_by("index")
    assert list(told.values_list("action", "actor")) == [
        ("release:retraction_asked", f"staff:{curators.first}"),
        ("release:retracted", f"staff:{curators.second}"),
    ]
    assert list(queries.missing_by_log()) == []
    Release.objects.filter(pk=release.pk).update(state=ReleaseState.SUPERSEDED)
    assert list(queries.missing_by_log()) == [f"release_not_retracted {release.pk}"]


@pytest.mark.requirement("D10")
def test_another_takes_back_what_was_given_out_and_asked_for_and_only_once(one: Given, curators: Curators) -> None:
    with pytest.raises(TransitionNotAllowed):
        actions.ask_retraction(release_id=curators.drafted().pk, reason=WHY, staff_id=curators.first)
    Release.objects.update(state=ReleaseState.ABORTED)
    release = asked(curators)
    who_asked_does_not_take_it_back(release, curators)
    with pytest.raises(ReleaseNotPossible, match="asked_already"):
        actions.ask_retraction(release_id=release.pk, reason=WHY, staff_id=curators.third)
    actions.keep(release_id=release.pk, staff_id=curators.third)
    with pytest.raises(ReleaseNotPossible, match="not_asked"):
        taken_back(release, by=curators.second)
    release.refresh_from_db()
    assert (release.state, release.retraction) == (ReleaseState.PUBLISHED, "")
    with pytest.raises(ReleaseNotPossible, match="not_asked"):
        actions.keep(release_id=release.pk, staff_id=curators.third)
    actions.ask_retraction(release_id=release.pk, reason=WHY, staff_id=curators.first)
    taken_back(release, by=curators.second)
    with pytest.raises(TransitionNotAllowed):
        taken_back(release, by=curators.second)


def who_asked_does_not_take_it_back(release: Release, curators: Curators) -> None:
    with pytest.raises(ReleaseNotPossible, match="same_person"):
        taken_back(release, by=curators.first)
    assert open_files(release)
    for values in ({"retracted_by": curators.first}, {"retracted_by": curators.second, "retraction_asked_by": None}):
        with pytest.raises(IntegrityError):
            Release.objects.filter(pk=release.pk).update(retracted_at=timezone.now(), **values)


def test_what_a_newer_release_holds_too_stays_when_the_older_one_is_taken_back(one: Given, curators: Curators) -> None:
    older = asked(curators)
    newer = curators.published()
    kept = open_files(newer)
    assert "data/shards/000000.tar" in kept
    taken_back(older, by=curators.second)
    assert open_files(newer) == kept
    assert handed_out(curators, newer).get(kept[0]).status == 200
    older.refresh_from_db()
    assert older.ended_at is not None
    assert older.retracted_at is not None
    assert older.ended_at < older.retracted_at
