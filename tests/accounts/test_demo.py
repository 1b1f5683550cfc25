"""One-click sign-in for a demonstration, and each of the ways in which it refuses."""

from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from accounts import demo
from accounts.models import User

pytestmark = [pytest.mark.django_db(databases=["default"]), pytest.mark.requirement("W2")]

LOCAL: dict[str, Any] = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8000"}
PAGE = "/demo/"


@pytest.fixture(autouse=True)
def demonstration() -> Any:
    with override_settings(DEMO=True, ALLOWED_HOSTS=["localhost", "127.0.0.1", "pictures.example.org"]):
        yield


def press(client: Client, person: str = "curator", **extra: Any) -> int:
    return client.post(PAGE, {"person": person}, **{**LOCAL, **extra}).status_code


@pytest.mark.parametrize("invented", demo.CAST, ids=lambda invented: invented.slug)
def test_each_button_signs_in_with_its_role_and_a_fresh_second_factor(client: Client, invented: demo.Invented) -> None:
    assert press(client, invented.slug) == 302
    assert client.get("/staff/", **LOCAL).context["staff_person"].roles == {invented.role}
    assert client.get(reverse("accounts:step_up"), **LOCAL).headers["Location"] == "/staff/"


@pytest.mark.requirement("W7")
@pytest.mark.parametrize("invented", demo.CAST, ids=lambda invented: invented.slug)
def test_the_first_page_of_each_role_says_what_to_do_next(client: Client, invented: demo.Invented) -> None:
    press(client, invented.slug)
    response = client.get("/staff/", **LOCAL)
    has_page = bool(response.context["pages"])
    assert ("Nothing waits for you" in response.content.decode()) is not has_page
    assert has_page or invented.role == "adjudicator"


def test_the_two_curators_are_two_people(client: Client) -> None:
    people = set()
    for slug in ("curator", "second-curator", "curator"):
        press(client, slug)
        people.add(client.session["_auth_user_id"])
    assert len(people) == 2


def test_it_does_not_exist_when_the_demonstration_is_off(client: Client) -> None:
    with override_settings(DEMO=False):
        assert press(client) == client.get(PAGE, **LOCAL).status_code == 404
    assert not User.objects.exists()


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "", "2001:db8::1"])
def test_it_does_not_exist_for_another_machine(client: Client, address: str) -> None:
    assert press(client, REMOTE_ADDR=address) == 404


@pytest.mark.parametrize(
    "header",
    ["X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_FORWARDED_PROTO", "X_FORWARDED_PORT", "FORWARDED", "X_REAL_IP", "VIA"],
)
def test_it_does_not_exist_behind_a_proxy(client: Client, header: str) -> None:
    assert press(client, **{f"HTTP_{header}": "127.0.0.1"}) == 404


def test_it_does_not_exist_under_another_name(client: Client) -> None:
    assert press(client, HTTP_HOST="pictures.example.org") == 404


@pytest.mark.parametrize("where", [{"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}])
def test_a_session_begun_here_ends_when_it_is_used_from_elsewhere(client: Client, where: dict[str, str]) -> None:
    press(client)
    assert client.get("/staff/", **{**LOCAL, **where}).status_code == 302
    assert client.get("/staff/", **LOCAL).status_code == 302


def test_a_session_begun_here_ends_when_the_demonstration_does(client: Client) -> None:
    press(client)
    with override_settings(DEMO=False):
        assert client.get("/staff/", **LOCAL).status_code == 302


def test_an_invented_person_has_no_password(client: Client) -> None:
    press(client)
    assert not User.objects.get().has_usable_password()
    assert client.get(reverse("account_change_password"), **LOCAL).status_code == 403
