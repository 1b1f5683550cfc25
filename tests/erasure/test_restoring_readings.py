"""After a restored backup no answer counts that the log tells to be overruled: its photo is read again."""

import pytest

from annotation import actions, queries
from annotation.actions import exclude_many, reopen, take_back
from annotation.models import Reading, Task
from annotation.searching.criteria import Criteria
from annotation.transitions import Stage, TaskState
from audit.models import Event, Head
from tests import pictures
from tests.builders import given, read
from tests.cast import Casting
from tests.erasure.backups import Backup, restored_and_refilled
from tests.erasure.restored import replay
from vault import actions as vault

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity", "auditor"], transaction=True),
    pytest.mark.requirement("E3"),
]


def test_an_answer_that_was_overruled_after_the_backup_counts_no_more(staff: Casting) -> None:
    reader, lead = staff("annotator", signed_in=False).user.pk, staff("lead", signed_in=False).user.pk
    given(*(pictures.png(200 + n, 150) for n in range(5))).agree()
    excluded, reopened, taken, again, stands = (read(reader) for _photo in range(5))
    reopen(task_id=again.task_id, staff_id=lead)
    vault.rotate()
    backup = Backup.take("default")
    exclude_many(photo_ids=[excluded.task.photo_id], reason="not_a_photo", note="", staff_id=lead)
    reopen(task_id=reopened.task_id, staff_id=lead)
    take_back(reading_id=taken.reading_id, staff_id=reader)
    asked = actions.ask(criteria=Criteria(age_from=3), staff_id=lead)
    restored_and_refilled(backup)
    assert queries.settled().count() == 4
    replay()
    assert list(queries.settled()) == [stands]
    waiting = Task.objects.exclude(pk=stands.task_id)
    assert waiting.filter(state=TaskState.OPEN, stage=Stage.FIRST, first_by=None).count() == 4
    by_system = Event.objects.filter(action="task:reopened", actor="system")
    assert by_system.count() == 3
    assert f"search_unknown {asked.pk}" in list(queries.missing_by_log())
    # Told again, and told again after somebody has read them anew, it changes nothing.
    span = {"first": 0, "size": Head.objects.get().size}
    assert actions.replay(**span) == 0
    for _photo in range(4):
        read(reader)
    assert actions.replay(**span) == 0
    assert queries.settled().count() == Reading.objects.values("task").distinct().count() == 5


def test_a_photo_that_left_reading_begins_anew_when_it_comes_back(staff: Casting) -> None:
    reader, lead = staff("annotator", signed_in=False).user.pk, staff("lead", signed_in=False).user.pk
    made = given().agree()
    first = read(reader)
    vault.rotate()
    backup = Backup.take("default")
    exclude_many(photo_ids=[made.photos[0].pk], reason="quality", note="", staff_id=lead)
    restored_and_refilled(backup)
    Task.objects.filter(pk=first.task_id).update(state=TaskState.GIVEN_BACK)
    replay()
    actions.open_task(photo_id=made.photos[0].pk)
    assert Task.objects.values_list("state", "stage").get() == (TaskState.OPEN, Stage.FIRST)
