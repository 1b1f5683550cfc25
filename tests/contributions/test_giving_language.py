"""A language is open for giving when its notice is approved and read; withdrawing is open in every one."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from consent import actions
from consent.sources import sources
from contributions.models import Contribution
from tests.consent.notices import published

pytestmark = [pytest.mark.django_db(databases=["default", "identity"]), pytest.mark.requirement("K8")]
START, LANDING = "contributions:give_start", "contributions:landing"


def visit(name: str, language: str) -> str:
    return Client(headers={"accept-language": language}).get(reverse(name)).content.decode()


@pytest.fixture
def _without_swedish() -> None:
    for source in sources():
        if source.language != "sv":
            actions.publish(source=source, by="system")


@pytest.mark.usefixtures("_without_swedish")
@pytest.mark.parametrize("name", [START, LANDING])
def test_a_closed_language_names_those_that_are_open(name: str) -> None:
    page = visit(name, "sv")
    assert "English, Nederlands" in page
    assert reverse("identity:link_request") in page
    assert 'name="adult"' not in page


@pytest.mark.usefixtures("_without_swedish")
@pytest.mark.parametrize(("language", "begun"), [("sv", 0), ("nl", 1), ("en", 1)])
def test_no_sending_begins_in_a_closed_language(language: str, begun: int) -> None:
    Client(headers={"accept-language": language}).post(reverse(START), {"adult": "yes"})
    assert Contribution.objects.count() == begun


@pytest.mark.usefixtures("_without_swedish")
def test_a_wider_notice_closes_the_languages_that_it_is_not_approved_in() -> None:
    source = next(source for source in sources() if source.language == "nl")
    actions.publish(source=replace(source, version="2027-1", terms=2), by="system")
    assert "Nederlands" in visit(START, "en")
    assert 'name="adult"' not in visit(START, "en")
    assert 'name="adult"' in visit(START, "nl")


def test_before_the_first_notice_giving_is_closed_and_no_language_is_named() -> None:
    page = visit(START, "en")
    assert 'name="adult"' not in page
    assert "You can give photos in" not in page


def test_every_language_is_open_once_all_are_published() -> None:
    published()
    assert all('name="adult"' in visit(START, language) for language in ("en", "nl", "sv"))
