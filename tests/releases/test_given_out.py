"""What a release was given out with is asked once, and by no clock but that of its build."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db.models import F

from releases import actions, tasks
from releases.models import Release
from releases.papers.history import difference
from releases.queries import given_out, holdings, left_since, releases
from tests.builders import Given
from tests.releases.curators import Curators
from tests.releases.receiving import handed_out

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


def counted() -> list[tuple[int, int]]:
    """Of each release as the desk lists it, how many photos it has and how many left since."""
    return [(one.photos, getattr(one, "left")) for one in releases()]  # noqa: B009


@pytest.mark.requirement("D8")
def test_a_clock_that_is_ahead_at_publishing_hides_nobody_who_left_since(two: Given, curators: Curators) -> None:
    release = curators.published()
    assert handed_out(curators, release).get("data/annotations.json").status == HTTPStatus.OK
    two.withdraw(two.photos[0])
    Release.objects.update(published_at=F("published_at") + timedelta(hours=1))
    assert actions.announce(audience=release.audience) is not None
    assert given_out().filter(release=release).count() == 2
    assert [item.public_id.photo for item in left_since()] == [two.photos[0]]
    assert counted() == [(2, 1)]
    ((behind,),) = (one.behind for one in holdings())
    assert behind.number == 1
    assert Release.objects.get(pk=release.pk).photos == 2
    newer = curators.frozen()
    assert (difference(newer).left, difference(newer).same, newer.photos) == (1, 1, 1)


def test_what_left_before_the_build_was_done_was_never_given_out(two: Given, curators: Curators) -> None:
    release = curators.built()
    two.withdraw(two.photos[0])
    tasks.build_now(release.pk)
    actions.publish(release_id=release.pk, staff_id=curators.first)
    assert [item.public_id.photo for item in given_out()] == [two.photos[1]]
    assert counted() == [(1, 0)]
