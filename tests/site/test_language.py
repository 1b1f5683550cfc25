"""Changing the language: by POST, kept in a cookie, back to a page of ours."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db(databases=["default"]), pytest.mark.requirement("K8")]


def test_the_chosen_language_is_kept_and_the_page_comes_back(client: Client) -> None:
    response = client.post("/language/", {"language": "nl", "next": "/notice/"})
    assert response.headers["Location"] == "/notice/"
    assert response.cookies["mpm_language"].value == "nl"


def test_opening_an_address_changes_no_language(client: Client) -> None:
    response = client.get("/language/", {"language": "nl", "next": "/notice/"})
    assert response.status_code == 405
    assert "mpm_language" not in response.cookies


@pytest.mark.requirement("I8")
def test_the_way_back_never_leads_elsewhere(client: Client) -> None:
    response = client.post("/language/", {"language": "nl", "next": "https://elsewhere.example/"})
    assert response.headers["Location"] == "/"


def test_a_language_that_we_do_not_have_is_not_kept(client: Client) -> None:
    assert "mpm_language" not in client.post("/language/", {"language": "xx"}).cookies
