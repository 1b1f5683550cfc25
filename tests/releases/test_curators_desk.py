"""The curators' desk: the way between its pages, who stands first, and what holders were told."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from releases.models import Audience, Item, WithdrawalNotice
from releases.queries import recipients, waiting_withdrawals
from tests.builders import Given
from tests.cast import Casting
from tests.releases.curators import Curators
from tests.releases.receiving import entered

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.fixture
def client(staff: Casting) -> Client:
    return staff("curator").client


def page(client: Client, path: str) -> str:
    answer = client.get(f"/staff/{path}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("path", "name"), [("releases", "Releases"), ("releases/why", "Why in or out?"), ("recipients", "Recipients")]
)
def test_each_page_of_the_desk_is_reached_and_marked_alone(client: Client, path: str, name: str) -> None:
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
    assert f"1 photo that left waits to be told, until {day} at the latest." in page(client, "recipients")
    assert f"on {day} at the latest" in page(client, f"releases/{release.pk}")
    WithdrawalNotice.objects.create(audience="own", number=3, text="", signature=b"", at=left)
    assert f"the newest notice is number 3, of {left.day} {left:%b %Y}." in page(client, "recipients")
