"""Who holds a copy is told of each notice, and reminded until the report comes (requirement D9)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from releases import actions, tasks
from releases.actions import lettering
from releases.models import Delivery, Download, NoticeItem, PruneReport, Release, Reminder, WithdrawalNotice
from releases.queries import Holding, holdings
from releases.tokens import link_for
from tests.builders import given, read
from tests.cast import Casting
from tests.releases.curators import Curators, taken_back
from tests.releases.receiving import Program, handed_out, opened

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.fixture
def program(curators: Curators) -> Program:
    """A link to a release of one photo, by which its annotations were fetched 200 days ago."""
    given().agree()
    read(curators.annotator)
    made = handed_out(curators, curators.published())
    made.get("data/annotations.json")
    long_ago = timezone.now() - timedelta(days=200)
    Download.objects.update(at=long_ago)
    Release.objects.update(published_at=long_ago)
    return made


@contextmanager
def undone() -> Iterator[None]:
    """What is done in here was never done."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def notice(release: Release, number: int, *, days_ago: float) -> WithdrawalNotice:
    at = timezone.now() - timedelta(days=days_ago)
    made = WithdrawalNotice.objects.create(audience=release.audience, number=number, at=at, text="{}", signature=b"")
    NoticeItem.objects.create(notice=made, public_id=release.items.get().public_id)
    return made


def reported(program: Program, number: int, *, left: int = 1) -> PruneReport:
    return PruneReport.objects.create(delivery=program.delivery, notice_number=number, left=left, document="{}")


def held() -> Holding:
    (one,) = holdings()
    return one


def written() -> list[tuple[int, int]]:
    return list(Reminder.objects.order_by("pk").values_list("notice_number", "step"))


REMINDED = {
    1: [(1, 0)],
    29: [(1, 0)],
    31: [(1, 0), (1, 1)],
    61: [(1, 0), (1, 2)],
    81: [(1, 0), (1, 3)],
    500: [(1, 0), (1, 3)],
}


@pytest.mark.requirement("D9")
def test_a_notice_is_told_and_then_reminded_of(program: Program) -> None:
    for days, expected in REMINDED.items():
        with undone():
            notice(program.delivery.release, 1, days_ago=days)
            actions.write_reminders()
            assert written() == expected, days
            assert actions.write_reminders() == 0, days
            # The holder had the copy for 200 days: not longer than the notice is old, and late after 90.
            assert held().is_late == (days > 90), days


def each_new_notice_is_told_and_the_oldest_one_is_reminded_of(program: Program) -> None:
    for number, days_ago in ((1, 40), (2, 35), (3, 1)):
        notice(program.delivery.release, number, days_ago=days_ago)
    actions.write_reminders()
    assert written() == [(3, 0), (1, 1)]
    reported(program, 2)
    assert [one.number for one in held().behind] == [3]
    assert actions.write_reminders() == 0


def whoever_reported_or_holds_nothing_is_left_alone(program: Program) -> None:
    notice(program.delivery.release, 1, days_ago=40)
    Download.objects.update(path="README.md")
    assert holdings() == []
    Download.objects.update(path="data/shards/000000.tar")
    reported(program, 1)
    assert held().behind == ()
    notice(program.delivery.release, 2, days_ago=1)
    reported(program, 1, left=0)
    assert held().is_deleted
    assert actions.write_reminders() == 0


def what_is_fetched_after_it_was_deleted_is_held_again(program: Program) -> None:
    notice(program.delivery.release, 1, days_ago=1)
    reported(program, 0, left=0)
    Download.objects.update(at=timezone.now())
    assert [one.number for one in held().behind] == [1]


def a_notice_about_photos_of_other_releases_asks_nothing(program: Program) -> None:
    NoticeItem.objects.filter(notice=notice(program.delivery.release, 1, days_ago=40)).delete()
    assert held().behind == ()


def test_the_newest_is_told_the_oldest_reminded_of_and_none_that_was_reported_or_is_not_held(program: Program) -> None:
    for case in (
        each_new_notice_is_told_and_the_oldest_one_is_reminded_of,
        whoever_reported_or_holds_nothing_is_left_alone,
        what_is_fetched_after_it_was_deleted_is_held_again,
        a_notice_about_photos_of_other_releases_asks_nothing,
    ):
        with undone():
            case(program)


def test_a_release_that_was_taken_back_has_to_go_whole(
    program: Program, curators: Curators, mailoutbox: list[Any]
) -> None:
    release = program.delivery.release
    actions.ask_retraction(release_id=release.pk, reason="It was wrong.", staff_id=curators.first)
    taken_back(release, by=curators.second)
    assert [one.number for one in held().behind] == [0]
    actions.write_reminders()
    assert written() == [(0, 0)]
    assert actions.send_reminders() == 1
    assert "/versions/own/1/" in mailoutbox[0].body
    browser: Client = opened(program)
    browser.post("/dataset/deleted/", {"signed_off_by": "Robin Reader", "sure": "on"})
    assert held().is_deleted


@pytest.mark.requirement("D9")
def test_a_copy_that_is_late_stays_late_and_is_told_at_once_when_its_release_is_taken_back(
    program: Program, curators: Curators
) -> None:
    release = program.delivery.release
    notice(release, 1, days_ago=100)
    actions.write_reminders()
    actions.ask_retraction(release_id=release.pk, reason="It was wrong.", staff_id=curators.first)
    taken_back(release, by=curators.second)
    assert ([one.number for one in held().behind], held().is_late) == ([1, 0], True)
    assert actions.write_reminders() == 1
    assert written() == [(1, 0), (1, 3), (0, 0)]
    assert "Version 1 of the dataset was taken back" in opened(program).get("/dataset/").content.decode()


def test_no_row_is_locked_while_a_mail_goes_out_and_nobody_else_sends_it(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice(program.delivery.release, 1, days_ago=1)
    actions.write_reminders()
    meanwhile: list[int] = []

    def other_worker() -> None:
        try:
            meanwhile.append(actions.send_links() + actions.send_reminders())
        finally:
            connections.close_all()

    def send_mail(*_args: object) -> None:
        assert not connection.in_atomic_block
        worker = Thread(target=other_worker)
        worker.start()
        worker.join(30)

    monkeypatch.setattr(lettering, "send_mail", send_mail)
    Delivery.objects.update(sent_at=timezone.now())
    assert actions.send_reminders() == 1
    Delivery.objects.update(sent_at=None)
    assert actions.send_links() == 1
    assert meanwhile == [0, 0]


@pytest.mark.requirement("D9")
def test_they_are_mailed_once_by_the_task_unless_the_report_came(program: Program, mailoutbox: list[Any]) -> None:
    notice(program.delivery.release, 1, days_ago=1)
    for _ in range(2):
        tasks.remind_holders()
        tasks.write_to_recipients()
    link, reminder = mailoutbox
    assert link_for(program.delivery.pk) in link.body
    assert "Withdrawal notices without a report from you: 1." in reminder.body
    assert link_for(program.delivery.pk) in reminder.body
    notice(program.delivery.release, 2, days_ago=1)
    actions.write_reminders()
    reported(program, 2)
    assert actions.send_reminders() == 0
    assert len(mailoutbox) == 2
    assert written() == [(1, 0)]


def test_a_holder_who_was_ended_is_reminded_without_a_link(
    program: Program, curators: Curators, mailoutbox: list[Any]
) -> None:
    notice(program.delivery.release, 1, days_ago=1)
    actions.end_recipient(recipient_id=program.delivery.recipient_id, staff_id=curators.first)
    tasks.remind_holders()
    tasks.write_to_recipients()
    (reminder,) = mailoutbox
    assert "/dataset/link/" not in reminder.body
    assert "Send the report to us by mail." in reminder.body


def test_the_dashboard_says_who_is_behind_and_since_when(program: Program, staff: Casting) -> None:
    at: datetime = notice(program.delivery.release, 1, days_ago=100).at
    page = staff("curator").client.get("/staff/recipients/").content.decode()
    assert "1 copy is late" in page
    assert "Institute of Photographs" in page
    assert f"since {at:%-d %b %Y}" in page
