"""The curators' desk: the way between its pages, who stands first, and what holders were told."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from releases import actions, tasks
from releases.actions import send_reminders, write_reminders
from releases.models import Audience, Crop, Item, Release, WithdrawalNotice
from releases.queries import recipients, tasks_for, waiting_withdrawals
from tests.builders import Given
from tests.cast import Casting
from tests.releases.curators import Curators
from tests.releases.receiving import entered, handed_out

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.fixture
def client(staff: Casting) -> Client:
    return staff("curator").client


def page(client: Client, path: str) -> str:
    answer = client.get(f"/staff/{path}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_each_page_of_the_desk_is_reached_and_marked_alone(client: Client) -> None:
    for path, name in {"releases": "Releases", "releases/why": "Why in or out?", "recipients": "Recipients"}.items():
        nav = page(client, path).partition('class="desk-nav"')[2].partition("</nav>")[0]
        assert re.findall(r'aria-current="page">([^<]+)<', nav) == [name]
        assert "aria-current" not in nav.replace('aria-current="page"', "", 1)


def test_recipients_that_wait_for_approval_come_first_and_then_all_by_name(curators: Curators) -> None:
    made = {name: entered(curators, institution=name) for name in ("D", "B", "C", "A")}
    now = timezone.now()
    made["B"].approved_at, made["B"].approved_by_id = now, curators.second
    # Ended before anybody approved it: waits for nobody.
    made["A"].ended_at, made["A"].ended_by_id = now, curators.first
    for one in made.values():
        one.save()
    assert [one.institution for one in recipients()] == ["C", "D", "A", "B"]


@pytest.mark.requirement("D8")
def test_curators_read_what_waits_to_be_told_until_when_and_the_newest_notice(
    two: Given, curators: Curators, client: Client, settings: Settings
) -> None:
    assert "notice" not in page(client, "recipients").partition("<main")[2].partition("</main")[0]
    settings.WITHDRAWAL_BATCH = 2
    curators.published()
    assert "no notice so far. No photo waits to be told." in page(client, "recipients")
    two.withdraw(two.photos[0])
    release = curators.built()
    left = Item.objects.get(dropped_at__isnull=False).dropped_at
    assert left is not None
    due = left + timedelta(days=settings.WITHDRAWAL_WAIT_DAYS)
    day = f"{due.day} {due:%b %Y}"
    assert waiting_withdrawals(Audience.OWN).due_at == due
    assert f"1 photo that left waits to be told, by {day} at the latest." in page(client, "recipients")
    assert f"On {day} at the latest" in page(client, f"releases/{release.pk}")
    WithdrawalNotice.objects.create(audience="own", number=3, text="", signature=b"", at=left)
    assert f"the newest notice is number 3, of {left.day} {left:%b %Y}." in page(client, "recipients")


def words(staff_id: UUID) -> list[str]:
    return [one.words.rpartition(": ")[2] for one in tasks_for(staff_id)]


@pytest.mark.requirement("D10", "W7")
def test_what_waits_for_a_second_person_waits_on_the_first_page_of_whoever_can_do_it(
    two: Given, curators: Curators, staff: Casting
) -> None:
    third = staff("curator")
    release = curators.drafted()
    entered(curators)
    assert (words(curators.first), words(third.user.pk)) == ([], ["freeze it", "approve it"])
    home = third.client.get("/staff/").content.decode()
    assert f'<a href="/staff/releases/{release.pk}/">' in home
    assert "Waits for you" not in staff("lead").client.get("/staff/").content.decode()
    actions.abort(release_id=release.pk, by="system", reason="given_up")
    release = curators.built()
    assert words(curators.second) == ["approve it"]
    assert words(curators.first) == ["look at it, then publish it"]
    actions.publish(release_id=release.pk, staff_id=curators.first)
    actions.ask_retraction(release_id=release.pk, reason="Wrong ages.", staff_id=curators.first)
    assert words(curators.first) == []
    assert words(curators.second) == ["take it back, or decide to keep it", "approve it"]
    index = page(third.client, "releases")
    assert "asks to take it back" in index.partition("<tbody")[2]
    assert "take it back, or decide to keep it" in index.partition("<table")[0]


@pytest.mark.requirement("D8")
def test_a_release_of_which_files_are_closed_says_what_recipients_get_and_what_comes_next(
    two: Given, curators: Curators, client: Client, settings: Settings
) -> None:
    settings.WITHDRAWAL_BATCH = 2
    release = curators.published()
    link = handed_out(curators, release)
    recipient = f"recipients/{link.delivery.recipient_id}"
    assert "It is handed out" in page(client, f"releases/{release.pk}")
    assert "opens all of it" in page(client, recipient)
    two.withdraw(two.photos[0])
    shown = page(client, f"releases/{release.pk}")
    assert "Recipients get only its papers now" in shown
    assert "Draft the next release" in shown
    assert "may have to wait until" in shown
    assert "opens papers only" in page(client, recipient)
    newer = curators.built()
    day = waiting_withdrawals(Audience.OWN).due_at
    assert day is not None
    for path in ("releases", f"releases/{newer.pk}"):
        assert f"built, waits until {day.day} {day:%b %Y}" in page(client, path)
    assert words(curators.first) == []
    assert "Go on with release 2" in page(client, f"releases/{release.pk}")
    settings.WITHDRAWAL_BATCH = 1
    actions.publish(release_id=newer.pk, staff_id=curators.first)
    assert "A newer release took its place" in page(client, recipient)


@pytest.mark.requirement("D9")
def test_holders_are_said_to_be_told_only_once_the_mail_went(
    two: Given, curators: Curators, client: Client, settings: Settings
) -> None:
    settings.WITHDRAWAL_BATCH = 2
    link = handed_out(curators, curators.published())
    link.get("data/shards/000000.tar")
    two.withdraw(two.photos[0])
    assert "nothing yet; 1 photo that left waits for the next notice" in page(client, "recipients")
    actions.announce(audience=Audience.OWN)
    assert "will be told by mail within the hour" in page(client, "recipients")
    write_reminders()
    assert "will be told by mail within the hour" in page(client, "recipients")
    send_reminders()
    after = page(client, "recipients")
    assert "within the hour" not in after
    assert "were told by mail" in after


def test_a_draft_says_how_many_photos_only_lack_their_picture(two: Given, curators: Curators, staff: Casting) -> None:
    release, client = curators.drafted(), staff("curator").client
    where = f"releases/{release.pk}"
    assert "2 more photos are being prepared" in page(client, where)
    assert 'data-state="draft, preparing"' in page(client, f"{where}/progress")
    tasks.cut_now()
    assert "being prepared" not in page(client, where)
    assert 'data-state="draft"' in page(client, f"{where}/progress")
    # What the workers put aside is not on its way.
    Crop.objects.update(cut_at=None, parked_at=timezone.now())
    assert "being prepared" not in page(client, where)


def test_a_release_is_given_up_only_once_that_is_confirmed(curators: Curators, client: Client) -> None:
    url = f"/staff/releases/{curators.drafted().pk}/abort/"
    assert "It cannot be undone." in client.post(url).content.decode()
    assert Release.objects.get().ended_at is None
    client.post(url, {"confirm": "1"})
    assert Release.objects.get().ended_at is not None
