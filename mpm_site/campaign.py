"""Reading the campaign: who asks, under which approval, for how many photos, its logo and its questions and answers.

Files, not code. Every value is checked once, at start, and a bad one stops the process with a sentence.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Final

from django.core.exceptions import ImproperlyConfigured

FILE: Final = "campaign.toml"
PROCEDURE: Final = "procedure.md"
# Sentences on one line, by their names in the file and in the environment (MPM_CAMPAIGN_NAME).
TEXTS: Final = (
    "name",
    "institution",
    "ethics",
    "contact",
    "address",
    "country",
    "stored_in",
    "authority",
    "support",
    "logo",
)
FIELDS: Final = frozenset({*TEXTS, "goal"})
LONGEST: Final = 200
LOGO_KINDS: Final = frozenset({".svg", ".png"})
LARGEST_LOGO: Final = 20_000
NO_SUCH_LOGO: Final = "must be the name of an .svg or .png file in the same folder"
# What a drawing never needs, and what would run or call somebody when it is opened by itself.
NOT_IN_A_LOGO: Final = re.compile(
    rb"<!|<(?:[\w.-]+:)?(?:script|foreignobject)|[\s/'\"]on[a-z]+\s*=|(?:href|src)\s*=|url\(|@import|[&\\\0]",
    re.IGNORECASE,
)
# The first ones stand on the first page.
FEWEST_QUESTIONS: Final = 3
COUNTRY: Final = re.compile(r"[A-Z]{2}")
ADDRESS: Final = re.compile(r"[^@\s<>\"']+@[^@\s<>\"']+\.[^@\s<>\"']+")


def load(folder: Path) -> dict[str, str | int]:
    """The campaign in this folder: campaign.toml, each line overruled by its variable where that is set.

    Raises ImproperlyConfigured, naming the field and what is wrong with it.
    """
    written = _read(folder / FILE)
    if unknown := written.keys() - FIELDS:
        raise ImproperlyConfigured(f"{FILE}: there is no field called {', '.join(sorted(unknown))}.")
    found: dict[str, str | int] = {field: _text(field, written.get(field)) for field in TEXTS}
    found["goal"] = _goal(written.get("goal"))
    for field in ("country", "stored_in"):
        if not COUNTRY.fullmatch(str(found[field])):
            raise _wrong(field, "must be a country's two capital letters, such as NL")
    if not ADDRESS.fullmatch(str(found["contact"])):
        raise _wrong("contact", "must be an e-mail address")
    if Path(str(found["logo"])).name != found["logo"]:
        raise _wrong("logo", NO_SUCH_LOGO)
    _check_logo(folder / str(found["logo"]))
    # The name that the logo is served under (mpm_site.static.CampaignLogo).
    return found | {"logo_file": f"campaign/{found['logo']}"}


def questions(folder: Path, *, languages: set[str], fallback: str, values: Mapping[str, object]) -> dict[str, str]:
    """The questions and answers by language (questions.en.md), Markdown with each $name replaced by its value.

    Raises ImproperlyConfigured when the fallback language is missing, a language is none of the site's, a file asks
    less than three questions (headings of the second level) or names a value that there is not.
    """
    files = {file.name.removeprefix("questions.").removesuffix(".md"): file for file in folder.glob("questions.*.md")}
    if fallback not in files:
        raise ImproperlyConfigured(f"{folder}/questions.{fallback}.md is missing.")
    if unknown := files.keys() - languages:
        raise ImproperlyConfigured(f"questions.{min(unknown)}.md: the site has no such language.")
    return {language: _filled(file, values) for language, file in sorted(files.items())}


def procedure(folder: Path) -> str:
    """What officers do about a locked photo, as settled with counsel: procedure.md, Markdown; empty without that file.

    Raises ImproperlyConfigured when it is there and cannot be read.
    """
    file = folder / PROCEDURE
    try:
        return file.read_text(encoding="utf-8") if file.exists() else ""
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{PROCEDURE} cannot be read: {error}") from None


def _filled(file: Path, values: Mapping[str, object]) -> str:
    try:
        text = Template(file.read_text(encoding="utf-8")).substitute(values)
    except KeyError as error:
        raise ImproperlyConfigured(f"{file.name}: there is no value for ${error.args[0]}.") from None
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{file.name} cannot be read: {error}") from None
    if sum(line.startswith("## ") for line in text.splitlines()) < FEWEST_QUESTIONS:
        raise ImproperlyConfigured(f"{file.name}: at least {FEWEST_QUESTIONS} questions must begin with ## on a line.")
    return text


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ImproperlyConfigured(f"{file} is not there; MPM_CAMPAIGN_DIR names the folder it stands in.") from None
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{file} cannot be read: {error}") from None


def _text(field: str, written: object) -> str:
    if written is not None and not isinstance(written, str):
        raise _wrong(field, "must be text between quotation marks")
    value = os.environ.get(_variable(field)) or written
    if not value:
        raise _missing(field)
    if value != value.strip() or len(value) > LONGEST or not value.isprintable():
        raise _wrong(field, f"must be one line of at most {LONGEST} letters, without spaces around it")
    return value


def _goal(written: object) -> int:
    value = os.environ.get(_variable("goal")) or written
    if value is None:
        raise _missing("goal")
    if isinstance(value, bool) or not str(value).isdecimal() or int(str(value)) < 1:
        raise _wrong("goal", "must be a whole number of photos, at least 1")
    return int(str(value))


def _check_logo(file: Path) -> None:
    if file.suffix not in LOGO_KINDS or not file.is_file():
        raise _wrong("logo", NO_SUCH_LOGO)
    drawing = file.read_bytes()
    if len(drawing) > LARGEST_LOGO:
        raise _wrong("logo", f"has {len(drawing)} bytes; at most {LARGEST_LOGO} are loaded with every page")
    if file.suffix == ".svg" and NOT_IN_A_LOGO.search(drawing):
        raise _wrong("logo", "may hold shapes and no script, link or other file")


def _variable(field: str) -> str:
    return f"MPM_CAMPAIGN_{field.upper()}"


def _missing(field: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{FILE}: {field} is missing, and {_variable(field)} is not set.")


def _wrong(field: str, what: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{FILE}: {field} {what}.")
