"""Whose address limits are counted by, with a proxy in front and without."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from identity.actions import network_of
from mpm_site.middleware import ClientAddress


def address(**headers: Any) -> str:
    """Where limits see the request come from."""
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", **headers)
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    ClientAddress(view)(request)
    return str(seen[0].META["REMOTE_ADDR"])


@pytest.mark.requirement("I7")
def test_behind_the_proxy_each_visitor_is_counted_alone(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert address(HTTP_X_FORWARDED_FOR="198.51.100.7") == "198.51.100.7"
    assert address(HTTP_X_FORWARDED_FOR="2001:db8::1") == "2001:db8::1"


@pytest.mark.requirement("I7")
def test_what_a_visitor_writes_into_the_header_counts_for_nothing(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert address(HTTP_X_FORWARDED_FOR="203.0.113.1, 198.51.100.7") == "198.51.100.7"
    assert address(HTTP_X_FORWARDED_FOR="198.51.100.7, nonsense") == "10.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert address(HTTP_X_FORWARDED_FOR="198.51.100.7") == "10.0.0.1"


@pytest.mark.requirement("I7")
def test_one_household_is_one_visitor_however_many_addresses_it_draws() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") != network_of("2001:db8:0:1::1")
    assert (network_of("198.51.100.7"), network_of("")) == ("198.51.100.7", "")
