"""Drafting, freezing and publishing: which step takes another person, and what publishing ends."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connections
from django.utils import timezone

from audit.models import Event
from consent.models import Scope
from releases import actions, queries
from releases.actions import ReleaseNotPossible
from releases.models import Audience, Readings, Release
from releases.transitions import ReleaseState
from tests.builders import Given
from tests.releases.curators import Curators

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.mark.requirement("D10")
def test_two_curators_suffice_and_none_of_them_does_two_steps_in_a_row(one: Given, curators: Curators) -> None:
    release = curators.drafted()
    with pytest.raises(ReleaseNotPossible, match="same_person"):
        actions.freeze(release_id=release.pk, staff_id=curators.first)
    actions.abort(release_id=release.pk, by="system", reason="given_up")
    release = curators.built()
    with pytest.raises(ReleaseNotPossible, match="same_person"):
        actions.publish(release_id=release.pk, staff_id=curators.second)
    # The database itself keeps one person from both steps.
    for values in (
        {"frozen_by": curators.first},
        {"published_by": curators.second, "published_at": timezone.now()},
        {"published_by": curators.first},
    ):
        with pytest.raises(IntegrityError):
            Release.objects.filter(pk=release.pk).update(**values)
    assert actions.publish(release_id=release.pk, staff_id=curators.first).state == ReleaseState.PUBLISHED


def test_a_draft_asks_for_what_its_audience_needs_whatever_is_given(curators: Curators) -> None:
    own = curators.drafted(scopes=frozenset({Scope.ILLUSTRATION, "nonsense"}), readings=Readings.AGREED)
    assert (own.scopes, own.bases, own.readings) == (["illustration", "research"], ["self"], "agreed")
    assert curators.drafted(audience=Audience.PARTNERS).scopes == ["sharing"]


def test_one_release_of_an_audience_is_made_at_a_time(curators: Curators) -> None:
    start = Barrier(4)

    def draft() -> str:
        try:
            start.wait()
            curators.drafted()
        except ReleaseNotPossible as refusal:
            return refusal.code
        else:
            return "drafted"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(task.result() for task in [pool.submit(draft) for _ in range(4)])
    assert answers == ["another_open"] * 3 + ["drafted"]
    with pytest.raises(ReleaseNotPossible, match="another_open"):
        curators.drafted()


def test_publishing_ends_the_older_one_and_destroys_what_it_alone_held(one: Given, curators: Curators) -> None:
    older = curators.published()
    older_tables = [file.path for file in queries.files_of(older) if not file.is_paper and not file.shard_id]
    assert older_tables
    newer = curators.published()
    older.refresh_from_db()
    assert older.state == ReleaseState.SUPERSEDED
    standing = {file.path for file in queries.files_of(older) if file.sealed_id}
    assert standing.isdisjoint(older_tables)
    assert "manifest.json" in standing
    # The photos are the same, so the file with them is the newer one's, too.
    assert [file.sealed_id for file in queries.files_of(newer) if file.shard_id] == [
        file.sealed_id for file in queries.files_of(older) if file.shard_id
    ]


def test_what_was_given_up_leaves_nothing_behind(one: Given, curators: Curators) -> None:
    release = curators.built()
    actions.abort(release_id=release.pk, by=f"staff:{curators.third}", reason="given_up")
    assert [file.path for file in queries.files_of(release) if file.sealed_id] == []
    assert Event.objects.get(action="release:aborted").data["reason"] == "given_up"
