"""Kinds of events: an unfit declaration is refused, and every declared kind can be told."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import translation

from audit.desk.sentences import Part, line, linked
from audit.kinds import EventKind, EventKindRefused, placeholders
from audit.models import Event
from audit.queries import kinds
from tests.audit import events
from tests.structure.test_imports import ROOMS, ROOT, modules

DECLARED = re.compile(r'EventKind\(\s*"([a-z_]+:[a-z_]+)"')


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


@pytest.mark.parametrize(
    "ties",
    [(("photo", "person"),), (("person", "photo"),), (("photo", "photo"),), (("by", "photo"),), (("actor", "photo"),)],
)
def test_a_tie_of_anything_but_two_declared_fields_is_refused(ties: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(EventKindRefused, match="cannot own"):
        EventKind("sample:tied", "Sample {photo}.", fields=("photo",), ties=ties)
    assert "sample:tied" not in kinds()


def test_what_a_participant_gave_is_tied_together() -> None:
    ties = {(kind.name, tie) for kind in kinds().values() for tie in kind.ties}
    assert {
        ("sending:sent", ("participant", "sending")),
        ("photo:received", ("sending", "photo")),
        ("photo:sent", ("photo", "consent")),
    } <= ties


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


def test_a_participant_is_called_one() -> None:
    sending, participant = str(uuid4()), str(uuid4())
    told = line(entry("sending:readdressed", {"sending": sending, "participant": participant}))
    assert told.text == f"Sending {sending[:8]} waits for participant {participant[:8]} now."


def test_values_are_told_in_words() -> None:
    told = line(entry(events.SEEN.name, {"photo": None, "times": [True, "many", 3]}, actor="system", subject="s1"))
    assert told.text == "The system saw sample s1 of nothing yes, many and 3 times."


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([], "none"),
        (["one"], "one"),
        (["not_agreed", "b"], "not agreed and b"),
        (48211, "48\u202f211"),
        (-1, "-1"),
        ("2026-02-03", "2026-02-03"),
        ("2026-02-03T14:02:59.000001Z", "2026-02-03 14:02"),
        ("a" * 64, "aaaaaaaa…"),
    ],
)
def test_values_are_told_as_people_write_them(value: object, told: str) -> None:
    text = line(entry(events.SEEN.name, {"photo": "x", "times": value}, subject="s1")).text
    assert text == f"The system saw sample s1 of x {told} times."


def test_an_id_at_the_beginning_is_left_as_it_is() -> None:
    known = "abcdef01-0000-4000-8000-000000000000"
    assert line(entry("staff:signed_in", {"method": "password"}, subject=known)).text.startswith(("abcdef01 ", "Staff"))


def test_whole_ids_in_a_rooms_sentence_are_shortened_and_kept() -> None:
    photo = str(uuid4())
    assert linked(f"Photo {photo} is out.") == (Part("Photo "), Part(photo[:8], photo), Part(" is out."))
    assert linked("Nothing.") == (Part("Nothing."),)


def test_an_entry_of_a_kind_nobody_declares_any_more_is_still_told() -> None:
    told = line(entry("photo:forgotten", {"reason": "old"}, actor="system", subject="s1"))
    assert told.text == "The system: photo:forgotten s1, reason old"


def entry(action: str, data: dict[str, object], *, actor: str = "system", subject: str = "a") -> Event:
    """An entry that was never stored."""
    return Event(
        index=0, at=datetime.now(UTC), action=action, actor=actor, subject=subject, leaf=json.dumps({"data": data})
    )


def test_a_fresh_process_knows_every_kind_that_is_declared_anywhere() -> None:
    """A kind in a module that the desk's process never imports would be told without its sentence."""
    asked = "import django; django.setup(); from audit.queries import kinds; print(*kinds())"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "mpm_site.settings"}
    done = subprocess.run([sys.executable, "-c", asked], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    written = {
        name for room in ROOMS for path in modules(room) for name in DECLARED.findall(path.read_text(encoding="utf-8"))
    }
    assert written <= set(done.stdout.split())
    assert len(written) > 50
