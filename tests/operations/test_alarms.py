"""Alarms: raised by two looks, cleared by two, mailed at once and daily, and never about anybody."""

import os
import re
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.utils import timezone
from django.utils.module_loading import import_string
from pytest_django import Settings

from mpm_site import stamps
from operations import actions, conditions, queries, tasks
from operations.actions.beating import MOST_WORKERS
from operations.figures import FIGURES
from operations.models import Alarm, Heartbeat, Look
from tests.audit.conftest import keeper
from tests.audit.keeper import Keeper
from tests.cast import Casting
from tests.structure.test_imports import ROOT

__all__ = ["keeper"]
PAGE = ROOT / "docs" / "operate" / "alarms.md"
pytestmark = [pytest.mark.django_db(databases=["default", "identity"]), pytest.mark.requirement("R6")]
ROOMS_FIGURES = list(django_settings.SYSTEM_FIGURES)
FIGURES_OF_TEST = "tests.operations.test_alarms.told"
AT = "@"
_told: dict[str, float] = {}


def told() -> Mapping[str, float]:
    if "broken" in _told:
        raise LookupError("what somebody" + AT + "example.org wrote")
    return _told


@pytest.fixture(autouse=True)
def site(settings: Settings) -> Callable[..., None]:
    """A site where all is served and rooms tell just what the test says: `site(erasures_late=1)`."""
    settings.SYSTEM_FIGURES = [FIGURES_OF_TEST]
    settings.ALARM_MAIL_TO = [f"operator{AT}example.org"]

    def tell(**figures: float) -> None:
        _told.clear()
        _told.update(figures)

    tell()
    serve()
    return tell


def serve(*, but_for: str = "", at: timedelta = timedelta(0)) -> None:
    for queue in {one.queue for one in queries.serving()} - {but_for}:
        actions.keep(queue=queue, worker=f"{queue}{AT}host", at=timezone.now() - at, working_since=None)


def keys() -> set[str]:
    return {alarm.key for alarm in queries.standing()}


def test_what_one_look_finds_is_no_alarm_and_what_two_find_is_one(site: Callable[..., None]) -> None:
    site(erasures_late=1)
    actions.look()
    assert keys() == set()
    actions.look()
    actions.look()
    assert keys() == {"erasure_late"}
    assert Alarm.objects.count() == 1


def test_what_comes_and_goes_raises_nothing_and_clears_nothing(site: Callable[..., None]) -> None:
    for late in (1, 0, 1, 0, 1):
        site(erasures_late=late)
        actions.look()
    assert not Alarm.objects.exists()
    actions.look()
    for late in (0, 1, 0, 1):
        site(erasures_late=late)
        actions.look()
    assert keys() == {"erasure_late"}


def test_an_alarm_ends_by_itself_after_two_good_looks_and_stays_in_the_list(site: Callable[..., None]) -> None:
    site(gate_closed=1)
    actions.look()
    actions.look()
    site(gate_closed=0)
    actions.look()
    assert keys() == {"gate_closed"}
    actions.look()
    assert keys() == set()
    assert [alarm.key for alarm in queries.cleared()] == ["gate_closed"]


def test_an_alarm_is_not_over_because_its_room_says_nothing(site: Callable[..., None]) -> None:
    site(gate_closed=1)
    actions.look()
    actions.look()
    for silent in ({"broken": 1}, {}, {}):
        site(**silent)
        actions.look()
    assert keys() == {"gate_closed"}
    site(gate_closed=0)
    actions.look()
    assert keys() == {"gate_closed"}
    actions.look()
    assert keys() == set()


def test_looks_far_apart_are_not_in_a_row(site: Callable[..., None]) -> None:
    site(erasures_late=1)
    actions.look()
    Look.objects.update(at=timezone.now() - timedelta(minutes=6))
    actions.look()
    assert keys() == set()


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({"intake_oldest_seconds": 3601}, "photo_waits"),
        ({"steps_parked": 1}, "steps_parked"),
        ({"erasures_late": 1}, "erasure_late"),
        ({"checkpoint_behind_seconds": 601}, "checkpoint_behind"),
        ({"log_witnesses_objecting": 1}, "witness_objects"),
        ({"log_refused": 1}, "log_refuses"),
        ({"locked_waiting": 1}, "photo_locked"),
        ({"gate_closed": 1}, "gate_closed"),
        ({"release_parts_parked": 1}, "release_parked"),
        ({"views_stopped": 1}, "views_stopped"),
        ({"mails_oldest_seconds": 1801}, "mail_waits"),
        ({"disk_free_bytes": 3.9e9}, "disk_low"),
        ({"backup_seconds": 26 * 3600 + 1}, "backup_old"),
        ({"second_place_seconds": 3601}, "second_place_old"),
    ],
)
def test_each_thing_that_matters_has_its_alarm(figures: dict[str, float], code: str) -> None:
    assert list(conditions.found(figures, iter(()), missing=False)) == [code]
    nearly = {name: 4.1e9 if name == "disk_free_bytes" else max(0, value - 1) for name, value in figures.items()}
    assert list(conditions.found(nearly, iter(()), missing=False)) == []


def test_every_kind_of_alarm_says_what_to_do_and_stands_in_the_operators_page() -> None:
    told_of = {_anchor(head) for head in re.findall(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)}
    for code in conditions.CONDITIONS:
        title, todo, anchor = conditions.in_words(f"{code}:images" if code == conditions.UNSERVED else code)
        assert "%(" not in title
        assert todo.endswith(".")
        assert anchor in told_of


def _anchor(head: str) -> str:
    return head.lower().replace(" ", "-")


def test_a_queue_that_nobody_serves_for_five_minutes_raises_an_alarm_of_its_own(site: Callable[..., None]) -> None:
    serve(but_for="images", at=timedelta(minutes=4))
    Heartbeat.objects.filter(queue="images").update(at=timezone.now() - timedelta(minutes=6))
    actions.look()
    actions.look()
    assert keys() == {"unserved:images"}
    serve()
    actions.look()
    actions.look()
    assert keys() == set()


def test_what_the_clock_asks_of_workers_lapses_before_their_silence_is_told(settings: Settings) -> None:
    asked = [one for one in settings.CELERY_BEAT_SCHEDULE.values() if one["task"].startswith("operations.")]
    assert len(asked) == len(settings.CELERY_TASK_QUEUES) + 1
    assert max(one["options"]["expires"] for one in asked) <= conditions.SILENT_AFTER.total_seconds()


def test_a_worker_at_a_long_task_serves_its_queue_until_no_task_may_take_so_long() -> None:
    ago = timezone.now() - timedelta(minutes=14)
    Heartbeat.objects.filter(queue="releases").update(at=ago, working_since=ago)
    assert "releases" not in list(queries.unserved())
    ago -= timedelta(minutes=10)
    Heartbeat.objects.filter(queue="releases").update(at=ago, working_since=ago)
    assert list(queries.unserved()) == ["releases"]


def test_a_message_tells_nothing_of_other_queues_or_of_a_time_to_come() -> None:
    Heartbeat.objects.all().delete()
    ahead = (timezone.now() + timedelta(days=9000)).isoformat()
    for queue in ("images", "mail", "x" * 12):
        tasks.keep_heartbeat(queue, "worker", ahead, ahead)
    (kept,) = Heartbeat.objects.all()
    assert kept.queue == "mail"
    assert kept.working_since == kept.at <= timezone.now()


def test_who_makes_up_workers_fills_no_table() -> None:
    for number in range(2 * MOST_WORKERS):
        tasks.keep_heartbeat("mail", f"worker {number}", timezone.now().isoformat(), None)
    left = Heartbeat.objects.filter(queue="mail")
    assert left.count() == MOST_WORKERS
    assert left.filter(worker=f"worker {2 * MOST_WORKERS - 1}").exists()


def test_a_sign_from_a_time_to_come_counts_for_nothing_and_is_swept() -> None:
    Heartbeat.objects.filter(queue="images").update(at=timezone.now() + timedelta(days=1))
    assert list(queries.unserved()) == ["images"]
    actions.look()
    assert not Heartbeat.objects.filter(queue="images").exists()


def test_a_room_that_cannot_say_how_it_stands_is_told_and_nothing_it_said(
    site: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    site(broken=1)
    actions.look()
    actions.look()
    assert keys() == {"figures_missing"}
    assert "tests" in caplog.text
    assert AT not in caplog.text


def test_alarms_are_mailed_at_once_in_one_mail_and_again_every_day(site: Callable[..., None]) -> None:
    site(erasures_late=1, gate_closed=1)
    actions.look()
    assert actions.mail_alarms() == 0
    actions.look()
    assert (actions.mail_alarms(), actions.mail_alarms()) == (2, 0)
    (sent,) = mail.outbox
    assert sent.to == [f"operator{AT}example.org"]
    assert "An erasure is late" in sent.body
    assert "the gate is closed" in sent.body
    assert "/staff/system/" in sent.body
    assert "docs/operate/alarms.md#an-erasure-is-late" in sent.body
    Alarm.objects.update(mailed_at=timezone.now() - timedelta(hours=25))
    assert actions.mail_alarms() == 2
    assert set(Alarm.objects.values_list("mails", flat=True)) == {2}


def test_a_mail_that_could_not_be_sent_is_tried_again(
    site: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise OSError("no mail server")

    site(erasures_late=1)
    actions.look()
    actions.look()
    with monkeypatch.context() as broken:
        broken.setattr("operations.actions.mailing.send_mail", refuse)
        assert actions.mail_alarms() == 0
    assert actions.mail_alarms() == 1


def test_what_is_old_goes(site: Callable[..., None]) -> None:
    actions.look()
    Look.objects.update(at=timezone.now() - timedelta(days=8))
    Heartbeat.objects.filter(queue="text").update(at=timezone.now() - timedelta(days=2))
    actions.look()
    assert Look.objects.count() == 1
    assert not Heartbeat.objects.filter(queue="text").exists()


def test_an_administrators_start_page_names_the_alarms(site: Callable[..., None], staff: Casting) -> None:
    site(erasures_late=1)
    actions.look()
    actions.look()
    text = staff("administrator").client.get("/staff/").content.decode()
    assert "Nobody looks for alarms" not in text
    assert 0 < text.index("notice-danger") < text.index("An erasure is late") < text.index("staff-cards")
    Look.objects.all().delete()
    assert "Nobody looks for alarms" in staff("administrator").client.get("/staff/").content.decode()
    assert "An erasure is late" not in staff("lead").client.get("/staff/").content.decode()


def test_backups_that_fail_or_never_were_are_told_of_where_somebody_named_the_folder(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SYSTEM_FIGURES = ["operations.queries.backup_figures"]
    actions.look()
    actions.look()
    assert keys() == set()
    monkeypatch.setenv("MPM_BACKUP_SAID", str(tmp_path))
    settings.BACKUP_SAID = stamps.by_figure()
    stamps.leave(stamps.BACKUP)
    before = time.time() - 2 * 3600
    os.utime(tmp_path, (before, before))
    actions.look()
    actions.look()
    assert keys() == {"second_place_old"}
    before = time.time() - 27 * 3600
    os.utime(tmp_path / stamps.BACKUP, (before, before))
    stamps.leave(stamps.SECOND_PLACE)
    actions.look()
    actions.look()
    assert keys() == {"backup_old"}
    # A folder that is not there is no good word.
    settings.BACKUP_SAID = {name: tmp_path / "gone" / path.name for name, path in settings.BACKUP_SAID.items()}
    actions.look()
    actions.look()
    assert keys() == {"backup_old", "figures_missing"}


@pytest.mark.django_db(transaction=True, databases=["default", "identity", "auditor"])
def test_every_figure_is_given_by_one_room_and_every_alarm_is_of_a_figure_that_is_given(
    keeper: Keeper, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper()
    monkeypatch.setenv("MPM_BACKUP_SAID", str(tmp_path))
    settings.BACKUP_SAID = stamps.by_figure()
    given = [name for query in ROOMS_FIGURES for name in import_string(query)()]
    assert sorted(given) == sorted(FIGURES)
    assert {condition.figure for condition in conditions.CONDITIONS.values() if condition.figure} <= set(given)
