"""Many annotators take from one queue at once, and no photo is in two people's hands."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from annotation.actions import Said, submit, take_next
from annotation.models import Answer, Exclusion, Reading, Task
from annotation.transitions import TaskState
from tests import soak
from tests.annotation.many import copied
from tests.builders import given
from tests.cast import Casting

ANNOTATORS = 32


@pytest.mark.django_db(transaction=True, databases=["default", "identity"])
@pytest.mark.requirement("A2")
@pytest.mark.parametrize("photos", [200, pytest.param(10_000, marks=pytest.mark.soak)])
def test_no_photo_is_handed_to_two_annotators(
    staff: Casting, settings: Settings, request: pytest.FixtureRequest, photos: int
) -> None:
    # A second opinion is another hand-out of the same photo, and no double.
    settings.SECOND_OPINION_SHARE, settings.READINGS_A_DAY = 0, photos
    copied(given().agree().photos[0], photos - 1)
    people = [staff("annotator", second_factor=False, signed_in=False).user.pk for _each in range(ANNOTATORS)]
    with ThreadPoolExecutor(ANNOTATORS) as pool:
        handed_out = [task for tasks in pool.map(_reads_all_there_is, people) for task in tasks]
    doubles = sum(Counter(handed_out).values()) - len(set(handed_out))
    assert (doubles, len(handed_out)) == (0, photos)
    assert Reading.objects.count() == Task.objects.filter(state=TaskState.READ).count() == photos
    if request.node.get_closest_marker("soak"):
        soak.write_down("hand-outs", f"{doubles} doubles in {len(handed_out)} hand-outs to {ANNOTATORS} annotators")


def _reads_all_there_is(staff_id: UUID) -> list[UUID]:
    """The photos that this person was handed, one after the other."""
    said, taken = Said(kind=Answer.EXCLUDED, exclusion=Exclusion.QUALITY), []
    try:
        while task := take_next(staff_id=staff_id):
            taken.append(task.pk)
            assert task.lease is not None
            submit(task_id=task.pk, lease=task.lease, version=task.version, key=uuid4(), staff_id=staff_id, said=said)
    finally:
        connections.close_all()
    return taken
