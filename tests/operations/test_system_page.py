"""The administrator's page: what needs somebody comes first, in words; figures, services and the last day below."""

import re
from datetime import timedelta
from time import monotonic

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect
from pytest_django import Settings

from operations import actions, queries, tasks
from operations.charts import LOWEST, NAMES, charts
from operations.models import Alarm, Look
from operations.queries import alarms
from tests.axe import violations
from tests.browsers import box_of, go_on_as
from tests.cast import Casting
from tests.operations.test_alarms import serve

DATABASES = ["default", "identity"]
PAGE = "/staff/system/"


def past(hours: int) -> None:
    """A look a quarter of an hour for some hours, with waits that grow."""
    now = timezone.now()
    quarters = range(4 * hours, 0, -1)
    Look.objects.bulk_create(
        Look(at=now - timedelta(minutes=15 * n), figures={"intake_oldest_seconds": 60 * n, "disk_free_bytes": 4e9})
        for n in quarters
    )


@pytest.mark.requirement("R6", "W5", "W7")
@pytest.mark.django_db(transaction=True, databases=DATABASES)
def test_alarms_stand_first_with_what_to_do_and_the_last_day_is_drawn(
    desktop: BrowserContext, live: str, staff: Casting
) -> None:
    past(6)
    Alarm.objects.create(code="unserved", about="text")
    Alarm.objects.create(code="photo_locked")
    go_on_as(desktop, staff("administrator").client, live)
    page = desktop.new_page()
    page.goto(live + PAGE)
    titles = page.locator(".notice-danger .notice-title")
    expect(titles.nth(0)).to_have_text("Nobody looks for alarms")
    expect(titles.nth(1)).to_have_text("A photo is locked and no officer has seen to it")
    expect(titles.nth(2)).to_have_text("Nobody serves the queue text")
    expect(page.get_by_text("Start its worker again")).to_be_visible()
    expect(page.get_by_role("slider", name="Free disk")).to_be_visible()
    assert violations(page) == []


@pytest.mark.requirement("R6")
@pytest.mark.django_db(transaction=True, databases=DATABASES)
def test_on_a_phone_names_stand_below_the_plot_and_numbers_are_rounded(
    phone: BrowserContext, live: str, staff: Casting
) -> None:
    past(6)
    Look.objects.update(figures={"intake_oldest_seconds": 0.15, "consented_oldest_seconds": 0})
    go_on_as(phone, staff("administrator").client, live)
    page = phone.new_page()
    page.goto(live + PAGE)
    chart = page.get_by_role("figure", name="How long photos wait for machines")
    expect(chart.locator(".plot-names li")).to_have_text(["to be checked", "after consent", "on the way out"])
    expect(chart.locator(".plot-readout")).to_contain_text("to be checked 0 min, after consent 0 min")
    plot, host = box_of(chart.locator(".u-over")), box_of(chart.locator(".plot"))
    assert plot["width"] > 0.7 * host["width"]


@pytest.mark.requirement("R6")
@pytest.mark.django_db(databases=DATABASES)
def test_each_bound_is_drawn_where_its_alarm_is_raised(settings: Settings) -> None:
    settings.FREE_DISK_FLOOR_BYTES = 3 * 10**9
    past(1)
    drawn = charts(queries.history(NAMES, lowest=LOWEST))
    assert [[bound["at"] for bound in chart.drawn["bounds"]] for chart in drawn] == [[60], [], [30, 10], [6]]


@pytest.mark.requirement("R6")
@pytest.mark.django_db(databases=DATABASES)
def test_an_alarm_leads_to_the_page_where_it_can_be_seen_to(staff: Casting) -> None:
    Alarm.objects.create(code="views_stopped")
    text = staff("administrator").client.get(PAGE).content.decode().partition("<main")[2]
    assert 'href="/staff/stopped/"' in text
    assert "“Views are stopped” in docs/operate/alarms.md" in text


@pytest.mark.requirement("R6")
@pytest.mark.django_db(databases=DATABASES)
def test_a_site_that_is_well_says_so(staff: Casting, settings: Settings) -> None:
    settings.SYSTEM_FIGURES = []
    serve()
    actions.look()
    text = staff("administrator").client.get(PAGE).content.decode()
    assert "No alarm stands" in text
    assert "Seen just now" not in text
    assert "None in the last 30 days" in text


@pytest.mark.requirement("R6")
@pytest.mark.django_db(databases=DATABASES)
def test_a_site_that_has_just_begun_blames_nobody_yet(staff: Casting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "_BEGAN", monotonic())
    client = staff("administrator").client
    text = client.get(PAGE).content.decode()
    assert "No look has come since the start" in text
    assert "Not seen yet" in text
    assert not re.search("Nobody|Not served|No alarm stands", text)
    assert "notice-danger" not in client.get("/staff/").content.decode()


@pytest.mark.requirement("R6")
@pytest.mark.django_db(databases=DATABASES)
def test_what_is_found_while_the_page_opens_is_shown_before_it_is_an_alarm(staff: Casting) -> None:
    text = staff("administrator").client.get(PAGE).content.decode()
    assert "Nobody looks for alarms" in text
    assert "Seen just now" in text
    assert "Nobody serves the queue images" in text
    assert "Not served" in text


@pytest.mark.requirement("R6")
@pytest.mark.django_db(databases=DATABASES)
def test_a_day_is_drawn_by_its_highest_in_each_quarter_of_an_hour_and_the_disk_by_its_lowest() -> None:
    begin = timezone.now().replace(minute=1, second=0, microsecond=0) - timedelta(hours=2)
    for minute, (wait, free) in enumerate([(5, 9), (70, 3), (9, 8)]):
        figures = {"intake_oldest_seconds": wait, "disk_free_bytes": free}
        Look.objects.create(at=begin + timedelta(minutes=minute), figures=figures)
    Look.objects.create(at=timezone.now() - timedelta(hours=25), figures={"intake_oldest_seconds": 999})
    found = queries.history(["intake_oldest_seconds", "disk_free_bytes"], lowest=["disk_free_bytes"])
    assert found.figures == {"intake_oldest_seconds": [70], "disk_free_bytes": [3]}


@pytest.mark.requirement("R6")
@pytest.mark.django_db(databases=DATABASES)
def test_the_mail_and_log_workers_signs_are_written_by_the_sweep_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[tuple[str, str, str, str]] = []
    monkeypatch.setattr(
        "operations.actions.beating.current_app.send_task", lambda _name, args, **_how: sent.append(tuple(args))
    )
    actions.beat(queue="mail", worker="mail@host", is_working=True)
    actions.beat(queue="images", worker="images@host", is_working=False)
    assert [one.queue for one in queries.serving() if one.is_served] == ["images"]
    ((queue, worker, at, since),) = sent
    assert (queue, worker, at) == ("mail", "mail@host", since)
    tasks.keep_heartbeat(queue, worker, at, since)
    tasks.be_served("sweep")
    assert [one.queue for one in queries.serving() if one.is_served] == ["images", "mail", "clock"]
