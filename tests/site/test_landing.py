"""The first page: what it says, what it weighs, and that giving and stopping are as near as each other."""

import re
from datetime import date
from unittest.mock import patch

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from audit.queries import CopiesDamaged
from contributions.actions import move_campaign
from contributions.models import PauseReason
from contributions.queries import PublicNews, ReleaseNews, UpdateNews
from contributions.transitions import CampaignState
from tests.consent.notices import published

pytestmark = pytest.mark.django_db(databases=["default", "identity"])
FIRST_PAGE_BYTES = 60_000


def page(client: Client) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.requirement("W6")
def test_the_first_page_with_all_it_loads_is_small(client: Client) -> None:
    html = page(client)
    parts = {part for part in re.findall(r'(?:src|href)="([^"]+)"', html) if part.startswith(settings.STATIC_URL)}
    assert any(part.endswith(".css") for part in parts)
    weight = len(html.encode()) + sum(len(client.get(part).getvalue()) for part in parts)
    assert weight <= FIRST_PAGE_BYTES


@pytest.mark.requirement("W6")
def test_the_first_page_needs_no_script(client: Client) -> None:
    assert "<script" not in page(client)


@pytest.mark.requirement("I8")
def test_the_first_page_loads_nothing_from_elsewhere(client: Client) -> None:
    assert re.findall(r'(?:src|href|action|srcset)="(?:https?:)?//[^"]*"', page(client)) == []


@pytest.mark.requirement("K5")
def test_withdrawing_is_reached_from_header_footer_and_beside_giving(client: Client) -> None:
    published()
    html = page(client)
    assert html.count(f'href="{reverse("identity:link_request")}"') == 3
    assert html.count(f'href="{reverse("contributions:give_start")}"') == 2


def test_the_page_names_who_asks_and_under_which_approval(client: Client) -> None:
    html = page(client)
    for word in ("institution", "ethics", "contact"):
        assert str(settings.CAMPAIGN[word]) in html


@pytest.mark.requirement("W7")
def test_progress_towards_the_goal_is_drawn_and_said_in_words(client: Client) -> None:
    html = page(client)
    assert f'<progress max="{settings.CAMPAIGN["goal"]}"' in html
    assert "of 10,000 photos" in html


@pytest.mark.requirement("C11")
def test_the_first_page_leads_to_questions_what_is_missing_updates_and_the_log(client: Client) -> None:
    published()
    html = page(client)
    main = html[html.index("<main") : html.index("</main")]
    for name in ("contributions:questions", "contributions:coverage", "releases:updates", "audit:log"):
        assert f'href="{reverse(name)}"' in main
        assert f'href="{reverse(name)}"' in html[html.index("<footer") :]
    assert len(re.findall(r'href="/questions/#part-\d+"', main)) == 3


def test_the_newest_updates_and_releases_are_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    day = date(2026, 5, 4)
    told = PublicNews(
        updates=[UpdateNews(f"Update {number}", day, f"/updates/#{number}") for number in (3, 2, 1)],
        releases=[ReleaseNews("Version 2", day, 1234)],
    )
    monkeypatch.setattr("contributions.queries.news", lambda: told)
    html = page(client)
    assert "Update 3" in html
    assert "Update 1" not in html
    assert "1,234 photos, 4 May 2026" in html


def test_a_log_that_cannot_be_read_takes_nothing_else_from_the_page(client: Client) -> None:
    with patch("contributions.queries.front.published", side_effect=CopiesDamaged("spoiled")):
        html = page(client)
    assert "sealed." not in html
    assert f'href="{reverse("audit:log")}"' in html


@pytest.mark.requirement("C11", "W6")
@pytest.mark.parametrize("state", ["paused", "closed"])
def test_paused_and_closed_it_is_as_small_and_needs_no_script(client: Client, state: str) -> None:
    reason = PauseReason.ETHICS if state == "paused" else None
    move_campaign(state=CampaignState(state), reason=reason, by="system")
    html = page(client)
    assert "<script" not in html
    assert len(html.encode()) < FIRST_PAGE_BYTES // 3
    assert html.count(f'href="{reverse("identity:link_request")}"') >= 3
