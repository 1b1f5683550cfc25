"""The translators' catalogues (.po): kept in step with the sources, judged, and compiled (.mo) for the running site.

All of it without the system's gettext.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import polib

from mpm_site.extraction import Message

WIDTH = 110
PLURAL_FORMS = "nplurals=2; plural=(n != 1);"
# What only staff read may stay English. Every other room, and whatever is new, has to be translated.
STAFF = ("accounts", "account", "mfa", "audit", "screening", "annotation", "operations", "releases", "vault")
# What auditors read of the rooms that speak to everybody.
FOR_AUDITORS = (
    "consent/queries/audit.py",
    "contributions/queries/audit.py",
    "templates/consent/_audited.html",
    "templates/consent/_changes.html",
    "templates/consent/audit_notices.html",
)
# What staff read at their own desks in the rooms that speak to everybody.
FOR_STAFF = (
    "templates/contributions/desk/",
    "contributions/campaign_forms.py",
    "contributions/queries/campaign_reach.py",
    "contributions/views/campaign_desk.py",
    "contributions/views/claims_desk.py",
)
STAFF_FILES = (
    *(f"{folder}{room}/" for room in STAFF for folder in ("", "templates/")),
    *FOR_AUDITORS,
    *FOR_STAFF,
)
# What everybody reads of those rooms; the words for scenes go out with every release, in every language.
PUBLIC_FILES = frozenset(
    {
        "annotation/vocabulary.py",
        "audit/views/public.py",
        "templates/audit/public_log.html",
        "releases/queries/person.py",
        "releases/queries/versions.py",
        "templates/releases/_version_ended.html",
        "templates/releases/updates.html",
        "templates/releases/version.html",
    }
)
OF_LOG = "a sentence of the log, which staff read"
# Templates double each percent sign, so the sign and its double are different placeholders.
PERCENT = re.compile(r"%%?\(\w+\)[a-z]|%%|%[a-z]")
BRACES = re.compile(r"\{\w+\}")


def updated(path: Path, language: str, messages: Mapping[Message, Iterable[str]]) -> str:
    """The catalogue at `path` as it should be: exactly these messages, with the translations that it has already.

    `messages` names for each the files that say it; line numbers are left out, so that a catalogue changes only when
    a text does.
    """
    old = {_key(entry): entry for entry in (polib.pofile(str(path)) if path.exists() else ())}
    new = polib.POFile(wrapwidth=WIDTH)
    new.header = "docs/translating.md says how these come about and what each language keeps to."
    new.metadata = {
        "Project-Id-Version": "My Pictures Matter",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": _plural_forms(path),
    }
    for entry in _entries(messages):
        _take_over(old.get(_key(entry)), entry)
        new.append(entry)
    return str(new)


def faults(path: Path) -> list[str]:
    """What is wrong with a catalogue, a line each: a text of the public pages without translation, or a translation
    that does not fit its text."""
    catalogue = polib.pofile(str(path))
    forms = int(catalogue.metadata["Plural-Forms"].partition("nplurals=")[2].partition(";")[0])
    return [f"{entry.msgid[:60]!r}: {fault}" for entry in catalogue for fault in _faults(entry, forms)]


def compile_all(folder: Path) -> list[Path]:
    """Compile every catalogue below a `locale` folder; the files written. Unfinished translations are left out.

    A running process never meets half a file.
    """
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        whole = target.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(whole))
        written.append(whole.replace(target))
    return written


def is_public(entry: polib.POEntry) -> bool:
    """Whether somebody other than staff reads the text."""
    names = [name for name, _ in entry.occurrences]
    return entry.comment != OF_LOG and any(name in PUBLIC_FILES or not name.startswith(STAFF_FILES) for name in names)


def _entries(messages: Mapping[Message, Iterable[str]]) -> list[polib.POEntry]:
    """One entry for each text in a context, in the order of the texts: the same text may be said with and without a
    plural."""
    entries: dict[tuple[str | None, str], polib.POEntry] = {}
    for message, names in messages.items():
        entry = entries.setdefault(
            (message.context, message.text), polib.POEntry(msgid=message.text, msgctxt=message.context, comment=OF_LOG)
        )
        entry.comment = entry.comment if message.is_of_log else ""
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = {0: "", 1: ""}
        entry.occurrences = sorted({*entry.occurrences, *((name, "") for name in names)})
        entry.flags = [
            kind
            for kind, pattern in (("python-format", PERCENT), ("python-brace-format", BRACES))
            if pattern.search(message.text + message.plural)
        ][:1]
    return sorted(entries.values(), key=lambda entry: (entry.msgid, entry.msgctxt or ""))


def _take_over(old: polib.POEntry | None, entry: polib.POEntry) -> None:
    if old is None or bool(old.msgid_plural) != bool(entry.msgid_plural):
        return
    entry.msgstr, entry.msgstr_plural, entry.tcomment = old.msgstr, old.msgstr_plural, old.tcomment
    entry.flags += ["fuzzy"] if old.fuzzy else []


def _plural_forms(path: Path) -> str:
    return str(polib.pofile(str(path)).metadata.get("Plural-Forms", PLURAL_FORMS)) if path.exists() else PLURAL_FORMS


def _key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def _faults(entry: polib.POEntry, forms: int) -> Iterator[str]:
    if is_public(entry) and not entry.translated():
        yield "marked as unsure" if entry.fuzzy else "not translated"
    given = [text for text in (entry.msgstr, *entry.msgstr_plural.values()) if text]
    if entry.msgid_plural and given and len(entry.msgstr_plural) != forms:
        yield f"needs {forms} plural forms"
    asked = [_fixed(text) for text in (entry.msgid, entry.msgid_plural) if text]
    for text in given:
        if _fixed(text) not in asked:
            yield f"other placeholders or outer spaces in {text[:60]!r}"


def _fixed(text: str) -> tuple[frozenset[str], str, str]:
    """What a translation has to keep: the placeholders, and the space at either end."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return frozenset(PERCENT.findall(text) + BRACES.findall(text)), text[:start], text[end:]


if __name__ == "__main__":
    compile_all(Path(sys.argv[1]))
