"""The first page: what it says, what it weighs, and that giving and stopping are as near as each other."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

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
