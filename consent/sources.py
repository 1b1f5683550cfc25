"""The notices' files: Markdown with a few lines of front matter, at notices/<version>/<language>.md."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from string import Template

from consent.models import Scope
from consent.versions import order_of

FOLDER = Path(__file__).parent / "notices"
FENCE = "---\n"
KNOWN = frozenset({"title", "scopes", "widens", "valid_months", "approval", "read_by"})
# A language without these is written but not open: nobody has approved it, or nobody has read it.
MAY_WAIT = frozenset({"approval", "read_by"})
NO_END = "-"
LONGEST_MONTHS = 1200
# The languages of one version are one notice: in these lines they may not differ.
SHARED = ("scopes", "widens", "valid_months")


class NoticeNotReadable(Exception):
    """A notice's file lacks something; the message names the file and what it lacks."""


@dataclass(frozen=True, slots=True)
class Source:
    """One notice as written, before the campaign's names are filled in.

    `terms` counts from 1 and rises with every version that widens the use; `valid_months` None: until withdrawn.
    """

    version: str
    language: str
    title: str
    text: str
    scopes: tuple[str, ...]
    approval: str
    read_by: str
    widens: bool = False
    valid_months: int | None = None
    terms: int = 1

    @property
    def is_open(self) -> bool:
        """Whether it was approved and read, so that it may be published and its language opened for giving."""
        return bool(self.approval and self.read_by)

    def filled(self, values: Mapping[str, object]) -> tuple[str, str]:
        """Title and text with each $name replaced. Raises NoticeNotReadable for a name without a value."""
        try:
            return Template(self.title).substitute(values), Template(self.text).substitute(values)
        except (KeyError, ValueError) as error:
            raise NoticeNotReadable(f"{self.version}/{self.language}.md: no value for {error}.") from error


def sources(folder: Path = FOLDER) -> Iterator[Source]:
    """Every notice in the folder, oldest version first, each with its terms. Raises NoticeNotReadable."""
    terms = 1
    files = sorted(folder.glob("*/*.md"), key=lambda file: (order_of(file.parent.name), file.stem))
    for version, those in groupby(files, key=lambda file: file.parent.name):
        found = [read(file) for file in those]
        for name in SHARED:
            if len({getattr(source, name) for source in found}) > 1:
                raise NoticeNotReadable(f"{version}: the languages differ in {name}.")
        terms += found[0].widens
        yield from (replace(source, terms=terms) for source in found)


def read(file: Path) -> Source:
    """One notice. Raises NoticeNotReadable when a line of the front matter is missing, empty or unknown.

    The approval and the reader may be empty: then the notice is not open. Its terms are said by `sources`.
    """
    name = f"{file.parent.name}/{file.name}"
    start, fence, rest = file.read_text(encoding="utf-8").partition(FENCE)
    front, second_fence, text = rest.partition(FENCE)
    if start or not fence or not second_fence:
        raise NoticeNotReadable(f"{name} must begin with front matter between --- lines.")
    pairs = (line.partition(":") for line in front.splitlines() if line.strip())
    values = {name.strip(): value.strip() for name, _colon, value in pairs}
    wrong = (KNOWN ^ values.keys()) | {one for one in KNOWN - MAY_WAIT if not values.get(one)}
    if wrong:
        raise NoticeNotReadable(f"{name}: look at {', '.join(sorted(wrong))}.")
    return Source(
        version=file.parent.name,
        language=file.stem,
        title=values["title"],
        text=text.strip() + "\n",
        scopes=_scopes(name, values["scopes"]),
        approval=values["approval"],
        read_by=values["read_by"],
        widens=_yes_or_no(name, values["widens"]),
        valid_months=_months(name, values["valid_months"]),
    )


def _scopes(name: str, written: str) -> tuple[str, ...]:
    scopes = tuple(scope.strip() for scope in written.split(","))
    if not set(scopes) <= set(Scope.values) or Scope.RESEARCH not in scopes:
        raise NoticeNotReadable(f"{name}: the scopes must be some of {', '.join(Scope.values)}.")
    return scopes


def _yes_or_no(name: str, written: str) -> bool:
    if written not in {"yes", "no"}:
        raise NoticeNotReadable(f"{name}: widens must be yes or no.")
    return written == "yes"


def _months(name: str, written: str) -> int | None:
    if written == NO_END:
        return None
    if not written.isdecimal() or not 1 <= int(written) <= LONGEST_MONTHS:
        raise NoticeNotReadable(f"{name}: valid_months must be a number of months, or {NO_END} for no end.")
    return int(written)
