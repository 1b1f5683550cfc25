"""The notices' files: Markdown with a few lines of front matter, at notices/<version>/<language>.md."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from consent.models import Scope

FOLDER = Path(__file__).parent / "notices"
FENCE = "---\n"
NEEDED = frozenset({"title", "scopes", "approval", "read_by"})


class NoticeNotReadable(Exception):
    """A notice's file lacks something; the message names the file and what it lacks."""


@dataclass(frozen=True, slots=True)
class Source:
    """One notice as written, before the campaign's names are filled in."""

    version: str
    language: str
    title: str
    text: str
    scopes: tuple[str, ...]
    approval: str
    read_by: str

    def filled(self, values: Mapping[str, object]) -> tuple[str, str]:
        """Title and text with each $name replaced. Raises NoticeNotReadable for a name without a value."""
        try:
            return Template(self.title).substitute(values), Template(self.text).substitute(values)
        except (KeyError, ValueError) as error:
            raise NoticeNotReadable(f"{self.version}/{self.language}.md: no value for {error}.") from error


def sources(folder: Path = FOLDER) -> Iterator[Source]:
    """Every notice in the folder, oldest version first. Raises NoticeNotReadable."""
    for file in sorted(folder.glob("*/*.md"), key=_order):
        yield read(file)


def read(file: Path) -> Source:
    """One notice. Raises NoticeNotReadable when a line of the front matter is missing, empty or unknown."""
    start, fence, rest = file.read_text(encoding="utf-8").partition(FENCE)
    front, second_fence, text = rest.partition(FENCE)
    if start or not fence or not second_fence:
        raise NoticeNotReadable(f"{file.parent.name}/{file.name} must begin with front matter between --- lines.")
    pairs = (line.partition(":") for line in front.splitlines() if line.strip())
    values = {name.strip(): value.strip() for name, _colon, value in pairs}
    wrong = NEEDED ^ {name for name, value in values.items() if value}
    if wrong:
        raise NoticeNotReadable(f"{file.parent.name}/{file.name}: look at {', '.join(sorted(wrong))}.")
    scopes = tuple(scope.strip() for scope in values["scopes"].split(","))
    if not set(scopes) <= set(Scope.values) or Scope.RESEARCH not in scopes:
        raise NoticeNotReadable(
            f"{file.parent.name}/{file.name}: the scopes must be some of {', '.join(Scope.values)}."
        )
    return Source(
        version=file.parent.name,
        language=file.stem,
        title=values["title"],
        text=text.strip() + "\n",
        scopes=scopes,
        approval=values["approval"],
        read_by=values["read_by"],
    )


def _order(file: Path) -> tuple[list[int], str]:
    numbers = [int(part) for part in file.parent.name.split("-") if part.isdecimal()]
    return numbers, file.stem
