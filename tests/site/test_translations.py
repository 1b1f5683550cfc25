"""Dutch and Swedish: complete, fitting, and what a visitor in that language really reads."""

import io
import re
from functools import cache
from html import unescape
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override

from contributions import ages
from contributions.forms import PersonForm
from mpm_site import catalogues
from mpm_site.extraction import Message
from tests.consent.notices import published

pytestmark = pytest.mark.requirement("K8")
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
PATHS = ("/", "/give/", "/change-or-withdraw/", "/notice/", "/withdraw/", "/no-such-page/")
MAILS = ("consent_link", "manage_link", "receipt")
SCRIPT_SAYS = re.compile(r"""(?:textContent|title|alt|placeholder) = ["'`][A-Za-z]|aria-label", ["'`][A-Za-z]""")


@cache
def english_pieces(language: str) -> frozenset[str]:
    """What a page in this language never says: every English text, or part between placeholders, of three words."""
    path = settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / "django.po"
    entries = [entry for entry in polib.pofile(str(path)) if entry.msgstr != entry.msgid]
    pieces = (piece.strip() for entry in entries for piece in catalogues.PERCENT.split(entry.msgid))
    return frozenset(piece for piece in pieces if len(piece.split()) >= 3)


def english_in(html: str, language: str) -> set[str]:
    text = unescape(html)
    return {piece for piece in english_pieces(language) if piece in text}


def speaking(language: str) -> Client:
    return Client(headers={"accept-language": language})


def faults(folder: Path, **entry: object) -> list[str]:
    catalogue = polib.POFile()
    catalogue.metadata = {"Plural-Forms": catalogues.PLURAL_FORMS}
    catalogue.append(polib.POEntry(**{"occurrences": [("templates/base.html", "")], **entry}))
    catalogue.save(str(folder / "django.po"))
    return catalogues.faults(folder / "django.po")


def test_the_catalogues_are_in_step_with_the_sources_and_complete() -> None:
    call_command("collect_messages", "--check", stdout=io.StringIO())


def test_a_catalogue_out_of_step_fails_the_check(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.LOCALE_PATHS = [tmp_path]  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="nl: not in step"):
        call_command("collect_messages", "--check")


@pytest.mark.parametrize(
    "entry",
    [
        {"msgid": "Back", "msgstr": ""},
        {"msgid": "Back", "msgstr": "Terug", "flags": ["fuzzy"]},
        {"msgid": "garden", "msgctxt": "place", "msgstr": "", "occurrences": [("annotation/vocabulary.py", "")]},
        {"msgid": "Photo %(number)d", "msgstr": "Foto %(nummer)d"},
        {"msgid": "Photo %%(number)d", "msgstr": "Foto %(number)d"},
        {"msgid": "{photo} is here", "msgstr": "{foto} is er", "occurrences": [("audit/actions.py", "")]},
        {"msgid": " and ", "msgstr": "en"},
        {"msgid": "%(n)d day", "msgid_plural": "%(n)d days", "msgstr_plural": {0: "%(n)d dag", 1: ""}},
        {"msgid": "%(n)d day", "msgid_plural": "%(n)d days", "msgstr_plural": {0: "%(n)d dag"}},
    ],
)
def test_a_translation_that_does_not_fit_is_a_fault(tmp_path: Path, entry: dict[str, object]) -> None:
    assert len(faults(tmp_path, **entry)) == 1


@pytest.mark.parametrize(
    "entry",
    [
        {"msgid": "Back", "msgstr": "Terug"},
        {"msgid": "Releases", "msgstr": "", "occurrences": [("templates/releases/index.html", "")]},
        {"msgid": "one day", "msgid_plural": "%(n)d days", "msgstr_plural": {0: "één dag", 1: "%(n)d dagen"}},
    ],
)
def test_a_translation_that_fits_and_one_that_staff_wait_for_are_none(tmp_path: Path, entry: dict[str, object]) -> None:
    assert faults(tmp_path, **entry) == []


def test_new_texts_come_gone_ones_leave_and_translations_stay(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text(catalogues.updated(path, "nl", {Message("Back"): ["a.py"], Message("Gone"): ["a.py"]}))
    written = polib.pofile(str(path))
    written.find("Back").msgstr = "Terug"
    written.save()
    path.write_text(catalogues.updated(path, "nl", {Message("Back"): ["b.py"], Message("New %(n)s"): ["a.py"]}))
    entries = {entry.msgid: entry for entry in polib.pofile(str(path))}
    assert set(entries) == {"Back", "New %(n)s"}
    assert (entries["Back"].msgstr, entries["Back"].occurrences) == ("Terug", [("b.py", "")])
    assert entries["New %(n)s"].flags == ["python-format"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.django_db(databases=["default", "identity"])
def test_public_pages_have_no_english_left(language: str) -> None:
    published()
    client = speaking(language)
    left = {path: english_in(client.get(path).content.decode(), language) for path in PATHS}
    begun = client.post("/give/", {"adult": "yes"}, follow=True)
    left[begun.request["PATH_INFO"]] = english_in(begun.content.decode(), language)
    assert left == {path: set() for path in (*PATHS, "/give/photos/")}
    assert len(english_in(speaking("en").get("/").content.decode(), language)) > 10


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mail", MAILS)
def test_mails_have_no_english_left(language: str, mail: str) -> None:
    sending = {"date": "", "photos": [{"number": 1, "state": "", "scopes": []}]}
    context = {"notice": "1", "erased_by": "1", "code": "1", "sendings": [sending]}
    with override(language):
        written = [render_to_string(f"mail/{mail}.{kind}", context) for kind in ("txt", "html")]
    assert [english_in(text, language) for text in written] == [set(), set()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.django_db(databases=["default"])
def test_the_page_names_its_language_for_those_who_hear_it(client: Client, language: str) -> None:
    client.post("/language/", {"language": language, "next": "/"})
    assert f'<html lang="{language}">' in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("nl", "13 maanden", "1 jaar en 1 maand"),
        ("nl", "27 maanden", "2 jaar en 3 maanden"),
        ("sv", "13 månader", "1 år och 1 månad"),
        ("sv", "3 veckor", "3 veckor"),
        ("sv", "1 vecka", "1 vecka"),
    ],
)
def test_one_and_many_are_said_as_the_language_says_them(language: str, written: str, said: str) -> None:
    age = ages.read(written, language)
    assert age is not None
    with override(language):
        assert ages.in_words(age) == said


@pytest.mark.requirement("C3")
@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_ages_that_the_form_suggests_are_understood(language: str) -> None:
    with override(language):
        hint = str(PersonForm.base_fields["age"].help_text)
    examples = hint.partition(":")[2].strip(" .").split(", ")
    assert len(examples) == 5
    assert [example for example in examples if ages.read(example, language) is None] == []


def test_scripts_say_nothing_of_their_own() -> None:
    assert SCRIPT_SAYS.search('place.textContent = "Wait"')
    scripts = Path(settings.BASE_DIR, "static", "js").rglob("*.js")
    assert [path.name for path in scripts if SCRIPT_SAYS.search(path.read_text())] == []
