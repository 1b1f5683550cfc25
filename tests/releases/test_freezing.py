"""Freezing: who is in is fixed in one moment, by one entry of the log, and what changed since is found."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections

from annotation.actions import reopen
from annotation.models import Task
from audit.models import Event, Head
from contributions import actions as contributions
from contributions.models import Photo
from releases import actions, tasks
from releases.actions import ReleaseNotPossible
from releases.eligibility import changed
from releases.models import Item, PublicId, WithdrawalNotice
from releases.transitions import ReleaseState
from tests import pictures
from tests.builders import Given, given, read
from tests.releases.curators import Curators

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.fixture
def four(curators: Curators) -> Given:
    made = given(*(pictures.png(320 + more, 240) for more in range(4))).agree()
    for _photo in made.photos:
        read(curators.annotator)
    tasks.cut_now()
    return made


@pytest.mark.requirement("D1")
def test_what_is_frozen_is_what_the_log_tells_up_to_its_entry_whatever_happens_meanwhile(
    four: Given, curators: Curators
) -> None:
    release = curators.drafted()
    waiting = list(four.photos)

    def interrupted(execute: Callable[..., Any], *call: Any) -> Any:
        answer = execute(*call)
        if waiting:
            with ThreadPoolExecutor(1) as elsewhere:
                elsewhere.submit(withdraw, four, waiting.pop()).result()
        return answer

    with connection.execute_wrapper(interrupted):
        release = actions.freeze(release_id=release.pk, staff_id=curators.second)
    out = Event.objects.filter(action="photo:withdrawn", index__lt=release.log_index)
    frozen = set(release.items.values_list("public_id__photo", flat=True))
    assert frozen == {photo.pk for photo in four.photos} - {UUID(event.data["photo"]) for event in out}
    assert Event.objects.filter(action="photo:withdrawn").count() == len(four.photos) > len(frozen) > 0


def withdraw(made: Given, photo: Photo) -> None:
    """Withdraw one photo on a connection of its own; no worker comes."""
    made.sending.refresh_from_db()
    assert made.sending.participant is not None
    try:
        contributions.withdraw(participant=made.sending.participant, photos=[photo.pk], decision=uuid4(), method="page")
    finally:
        connections.close_all()


@pytest.mark.requirement("D4")
def test_a_photo_keeps_the_public_id_that_was_drawn_for_it_first(four: Given, curators: Curators) -> None:
    WithdrawalNotice.objects.create(audience="own", number=3, text="{}", signature=b"")
    WithdrawalNotice.objects.create(audience="partners", number=5, text="{}", signature=b"")
    first = curators.frozen()
    drawn = dict(PublicId.objects.values_list("photo", "pk"))
    assert (first.items.count(), first.log_index, first.notices) == (4, Head.objects.get().size - 1, 3)
    assert set(drawn) == {photo.pk for photo in four.photos}
    assert not set(drawn) & set(drawn.values())
    actions.abort(release_id=first.pk, by=f"staff:{curators.first}", reason="given_up")
    second = curators.frozen()
    assert dict(second.items.values_list("public_id__photo", "public_id")) == drawn
    for item in second.items.select_related("reading__crop"):
        assert (item.sha256, item.grounds) == (item.reading.crop.sha256, ["self"])


@pytest.mark.requirement("D10")
def test_who_drafted_does_not_freeze_and_nothing_eligible_freezes_nothing(curators: Curators) -> None:
    release = curators.drafted()
    with pytest.raises(ReleaseNotPossible, match="same_person"):
        actions.freeze(release_id=release.pk, staff_id=curators.first)
    with pytest.raises(ReleaseNotPossible, match="empty"):
        actions.freeze(release_id=release.pk, staff_id=curators.second)
    release.refresh_from_db()
    assert (release.state, release.frozen_at) == (ReleaseState.DRAFT, None)
    assert not Item.objects.exists()


def test_what_was_frozen_is_asked_again_about_every_photo_that_nobody_dropped(four: Given, curators: Curators) -> None:
    release = curators.frozen()
    assert changed(release) == ""
    reopen(task_id=Task.objects.order_by("pk")[0].pk, staff_id=curators.first)
    assert changed(release) == "read_again"
    read(curators.annotator)
    tasks.cut_now()
    assert changed(release) == "read_again"
    withdraw(four, four.photos[0])
    assert changed(release) == "withdrawn"
    release.items.filter(public_id__photo=four.photos[0]).update(dropped_at="2026-01-01T00:00Z")
    Photo.objects.filter(pk=four.photos[1].pk).update(state="lapsed")
    assert changed(release) == "withdrawn"
