"""The copy of everything, as a person reads it: the same facts in words, in the person's own language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consent.models import Scope
from consent.queries import ConsentState
from contributions.ages import Age, in_words
from contributions.transitions import ClaimState


@dataclass(frozen=True, slots=True)
class Fact:
    """One name and what stands for it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """One heading with its facts."""

    title: str
    facts: Sequence[Fact]


def readable(copy: Mapping[str, Any]) -> list[Part]:
    """A copy (contributions.queries.copy.copy_of) in parts, in the active language."""
    parts = [_about(copy)]
    for sending in copy["sendings"]:
        parts.append(_sending(sending))
        parts += [_photo(photo) for photo in sending["photos"]]
    parts += [_shown_in(photo) for photo in copy["shown_in"]]
    parts.append(Part(_("Your answers"), [_answer(answer) for answer in copy["answers"]]))
    parts.append(Part(_("Your receipts"), [_receipt(receipt) for receipt in copy["receipts"]]))
    parts += [_given_out(version) for version in copy["given_out"]]
    parts.append(Part(_("What you told us about photos that may show you"), [_claim(row) for row in copy[CLAIMS]]))
    return [part for part in parts if part.facts]


CLAIMS = "told_us_to_be_pictured"


def _about(copy: Mapping[str, Any]) -> Part:
    return Part(
        _("About you"),
        _facts(
            (_("Your address, shortened"), copy["address"]),
            (_("The number we know you by"), copy["participant"]),
            (_("News about the photos"), _yes(said=copy["updates"])),
            (_("Reminders"), _yes(said=copy["reminders"])),
            (_("You asked to be written to once, on"), _moment(copy["asked_to_be_written_to_once_on"])),
            (_("Others may ask you by mail"), _yes(said=copy["others_may_have_us_ask_by_mail"])),
        ),
    )


def _sending(sending: Mapping[str, Any]) -> Part:
    return Part(
        _("Sent on %(moment)s") % {"moment": _moment(sending["sent_at"])},
        _facts(
            (_("Begun"), _moment(sending["begun_at"])),
            (_("You said that you are an adult"), _moment(sending["said_to_be_an_adult_at"])),
            (_("Language"), _language(sending["language"])),
        ),
    )


def _age(person: Mapping[str, Any]) -> str:
    """The age in words, as it was read back when it was written; the rule that read it is not part of the copy."""
    if person["age_in_years"] is None:
        return ""
    years, low, high = (Decimal(person[name]) for name in ("age_in_years", "age_from", "age_to"))
    return in_words(Age(years, low, high, "about"))


def _photo(photo: Mapping[str, Any]) -> Part:
    size = f"{photo['width']} \N{MULTIPLICATION SIGN} {photo['height']}" if photo["width"] else ""
    people = [
        (
            _("Person %(number)s") % {"number": person["number"]},
            _("“%(written)s”, which we read as %(age)s; %(who)s")
            % {"written": person["age_as_written"], "age": _age(person), "who": person["who_in_words"]},
        )
        for person in photo["people"]
    ]
    return Part(
        _("Photo %(number)s") % {"number": photo["number"]},
        _facts(
            (_("State"), photo["state"]),
            (_("Received"), _moment(photo["received_at"])),
            (_("Size in pixels"), size),
            (_("Size of the file, in bytes"), photo["received_bytes"]),
            *people,
            (_("Nobody is in it"), _yes(said=True) if photo["nobody_in_it"] else ""),
            *_standing(photo),
        ),
    )


def _shown_in(photo: Mapping[str, Any]) -> Part:
    return Part(
        _("Photo %(number)s that you are shown in") % {"number": photo["number"]},
        _facts((_("State"), photo["state"]), (_("We asked you"), _moment(photo["asked_at"])), *_standing(photo)),
    )


def _standing(photo: Mapping[str, Any]) -> list[tuple[str, object]]:
    scopes = "; ".join(str(Scope(scope).label) for scope in photo["agreed_to"])
    promise = _("by %(moment)s, unless the law obliges us to keep them") % {"moment": _moment(photo["erased_by"])}
    return [
        (_("You agreed to"), scopes),
        (_("To be agreed to again since"), _moment(photo["has_to_be_agreed_to_again_since"])),
        (_("Use stopped"), _moment(photo["withdrawn_at"])),
        (_("Our copies are destroyed"), promise if photo["erased_by"] else ""),
    ]


def _language(code: str) -> str:
    return str(dict(settings.LANGUAGES).get(code, code))


def _said(state: str) -> str:
    return _("we asked you") if state == ConsentState.REQUESTED else str(ConsentState(state).label)


def _answer(answer: Mapping[str, Any]) -> Fact:
    scopes = "; ".join(str(Scope(scope).label) for scope in answer["scopes"])
    notice = answer["notice"]
    words = [
        _said(answer["state"]),
        scopes,
        _("notice %(version)s") % {"version": notice["version"]} if notice else "",
        _("until %(moment)s") % {"moment": _moment(answer["until"])} if answer["until"] else "",
    ]
    photo = _("Photo %(number)s") % {"number": answer["number"]}
    return Fact(f"{photo}, {_moment(answer['at'])}", ", ".join(word for word in words if word))


def _receipt(receipt: Mapping[str, Any]) -> Fact:
    return Fact(_moment(receipt["issued_at"]), receipt["what"])


def _given_out(version: Mapping[str, Any]) -> Part:
    used = [(_("Used for"), f"{use['what']} ({use['who']})") for use in version["used"]]
    return Part(
        version["version"],
        _facts(
            (_("Given out since"), date_format(date.fromisoformat(version["since"]), "DATE_FORMAT")),
            (_("Your photos in it"), "; ".join(version["photos_in_words"])),
            (_("Since then"), version["standing"]),
            *used,
        ),
    )


def _claim(claim: Mapping[str, Any]) -> Fact:
    return Fact(_moment(claim["written_at"]), str(ClaimState(claim["state"]).label))


def _facts(*pairs: tuple[str, object]) -> list[Fact]:
    return [Fact(name, str(value)) for name, value in pairs if value not in {None, ""}]


def _yes(*, said: bool) -> str:
    return _("yes") if said else _("no")


def _moment(text: str | None) -> str:
    at: datetime | None = parse_datetime(text) if text else None
    return f"{date_format(timezone.localtime(at), 'DATETIME_FORMAT')} UTC" if at else ""
