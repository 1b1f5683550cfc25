"""Kinds of events: an unfit declaration is refused, and every declared kind can be told."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import translation

from audit.kinds import EventKind, EventKindRefused, placeholders
from audit.models import Event
from audit.queries import kinds
from audit.sentences import line
from tests.audit import events


@pytest.mark.parametrize(
    ("name", "sentence", "fields"),
    [
        ("seen", "A sample was seen.", ()),
        ("Sample:seen", "A sample was seen.", ()),
        ("sample:seen:twice", "A sample was seen.", ()),
        (events.SEEN.name, "A sample was seen.", ()),
        ("sample:new", "Sample {photo} was seen.", ()),
        ("sample:new", "Sample {photo.id} was seen.", ("photo",)),
        ("sample:new", "Sample {photo!r} was seen.", ("photo",)),
        ("sample:new", "Sample {} was seen.", ()),
        ("sample:new", "A sample was seen.", ("subject",)),
        ("sample:new", "A sample was seen.", ("by",)),
        ("sample:new", "A sample was seen.", ("Photo",)),
        ("sample:new", "A sample was seen.", ("photo", "photo")),
    ],
)
def test_an_unfit_declaration_is_refused(name: str, sentence: str, fields: tuple[str, ...]) -> None:
    with pytest.raises(EventKindRefused):
        EventKind(name, sentence, fields=fields)
    assert "sample:new" not in kinds()


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_declared_kind_has_a_sentence_that_its_fields_fill(language: str) -> None:
    with translation.override(language):
        for kind in kinds().values():
            sentence = str(kind.sentence)
            assert placeholders(sentence) <= {*kind.all_fields, "actor", "subject"}, kind.name
            told = line(entry(kind.name, dict.fromkeys(kind.all_fields, 7))).text
            assert told.strip(), kind.name
            assert "{" not in told, kind.name


def test_ids_are_shortened_and_keep_the_whole_id_for_a_link() -> None:
    photo, staff = str(uuid4()), str(uuid4())
    told = line(entry(events.SEEN.name, {"photo": photo, "times": 2}, actor=f"staff:{staff}", subject="s1"))
    assert told.text == f"Staff member {staff[:8]} saw sample s1 of {photo[:8]} 2 times."
    assert {part.id for part in told.parts} == {"", photo, staff}


def test_values_are_told_in_words() -> None:
    told = line(entry(events.SEEN.name, {"photo": None, "times": [True, "many", 3]}, actor="system", subject="s1"))
    assert told.text == "The system saw sample s1 of nothing yes, many, 3 times."


def test_an_entry_of_a_kind_nobody_declares_any_more_is_still_told() -> None:
    told = line(entry("photo:forgotten", {"reason": "old"}, actor="system", subject="s1"))
    assert told.text == "The system: photo:forgotten s1, reason old"


def entry(action: str, data: dict[str, object], *, actor: str = "system", subject: str = "a") -> Event:
    """An entry that was never stored."""
    return Event(
        index=0, at=datetime.now(UTC), action=action, actor=actor, subject=subject, leaf=json.dumps({"data": data})
    )
