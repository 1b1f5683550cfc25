"""Addresses: one form to be found by, one to be written to, and what may be shown."""

import pytest

from identity.addresses import cleaned, mask, normalised, suggestion
from identity.forms import AddressForm


@pytest.mark.parametrize(
    ("typed", "found_by"),
    [
        (" Anna@Example.ORG ", "anna@example.org"),
        ("anna@example.org", "anna@example.org"),
        ("anna+album@example.org", "anna+album@example.org"),
    ],
)
def test_spellings_share_one_form(typed: str, found_by: str) -> None:
    assert normalised(typed) == found_by


def test_the_address_written_to_keeps_its_capitals() -> None:
    assert cleaned(" Anna@example.org") == "Anna@example.org"


def test_the_mask_shows_the_first_letter_and_the_domain() -> None:
    assert mask("Anna@Example.org") == "a…@example.org"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("anna@gmial.com", "anna@gmail.com"),
        ("anna@hotmial.com", "anna@hotmail.com"),
        ("anna@gmail.com", ""),
        ("anna@university.edu", ""),
        ("anna", ""),
        ("", ""),
    ],
)
def test_a_mistyped_provider_is_suggested(typed: str, meant: str) -> None:
    assert suggestion(typed) == meant


def test_the_form_accepts_what_it_suggests_against() -> None:
    form = AddressForm({"email": "anna@gmial.com"})
    assert form.is_valid()
    assert form.suggestion == "anna@gmail.com"


def test_the_form_says_what_an_address_looks_like() -> None:
    form = AddressForm({"email": "anna"})
    assert form.errors["email"] == ["Write an address like name@example.org."]
