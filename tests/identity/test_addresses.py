"""Addresses: one form to be found by, one to be written to, and what may be shown."""

import pytest

from identity.addresses import AddressNotValid, cleaned, mask, normalised, suggestion
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


def test_an_address_longer_than_any_mail_server_takes_is_refused() -> None:
    long = f"anna@{'.'.join(['a' * 60] * 4)}.example.org"
    with pytest.raises(AddressNotValid, match="longer"):
        cleaned(long)


def test_an_address_that_grows_too_long_in_its_one_spelling_is_refused_by_the_form() -> None:
    # These letters are written with two characters each in Unicode's normal form.
    form = AddressForm({"email": f"anna@{chr(0x0958) * 40}.example"})
    assert not form.is_valid()
    assert form.errors["email"] == ["Write an address like name@example.org."]


def test_the_page_is_told_the_domains_that_are_mistyped_most() -> None:
    assert "gmail.com" in AddressForm().common_domains.split()


@pytest.mark.requirement("I1")
@pytest.mark.parametrize(
    "typed",
    [
        '"visit\\ https://evil.example/x\\ now"@attacker.example',
        '"anna"@example.org',
        "anna@exam\u202eple.org",
        "anna@exam\u2028ple.org",
        "anna\u0007@example.org",
        "anna@exam\u00a0ple.org",
        "an\nna@example.org",
    ],
    ids=["sentence", "quoted", "backwards", "line", "bell", "space", "break"],
)
def test_an_address_that_could_hold_a_sentence_or_hide_something_is_refused(typed: str) -> None:
    with pytest.raises(AddressNotValid):
        cleaned(typed)
    assert not AddressForm({"email": typed}).is_valid()
