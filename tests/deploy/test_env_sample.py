""".env.sample explains every setting, and says of each who is given it, as mpm_site/kinds.py has it."""

import re
from collections.abc import Iterator

from mpm_site import kinds
from tests.structure.test_imports import ROOT

SAMPLE = (ROOT / ".env.sample").read_text(encoding="utf-8")
SETTING = re.compile(r"^(MPM_\w+)=")
WHO = re.compile(r"\bWho: ([a-z, ]+)\.")
NAMED = re.compile(r"\"(MPM_[A-Z0-9_]*[A-Z0-9])\"")


def explained() -> Iterator[tuple[str, str]]:
    """Each setting with who is given it, by the comment right above it or above the settings that it stands among."""
    comment, who, begins = "", "", True
    for line in SAMPLE.splitlines():
        if line.startswith("#"):
            comment = line if begins else f"{comment} {line}"
            begins = False
        elif found := SETTING.match(line):
            said = WHO.findall(comment)
            who = said[-1] if said else ("" if not begins else who)
            begins = True
            yield found[1], who
        else:
            comment, who, begins = "", "", True


def test_every_setting_is_explained_and_stands_in_the_table() -> None:
    # What `make run` and `make test` alone read is no setting of the site's.
    folders = [
        path for path in ROOT.iterdir() if (path / "__init__.py").is_file() and path.name not in {"tests", "bench"}
    ]
    sources = [source for folder in folders for source in folder.rglob("*.py") if "deploy/local" not in str(source)]
    read = {name for source in sources for name in NAMED.findall(source.read_text(encoding="utf-8"))}
    listed = {name for name, _who in explained()}
    assert "MPM_BACKUP_RESEARCH_URL" in read
    assert read <= listed
    assert listed == set(kinds.VARIABLES)


def test_the_sample_says_of_each_setting_who_is_given_it() -> None:
    said = dict(explained())
    assert said == {name: kinds.who(name) for name in said}


def test_a_secret_and_a_plain_setting_are_not_the_same() -> None:
    assert not set(kinds.APART) & set(kinds.PLAIN)
    assert set(kinds.VARIABLES) >= kinds.NEEDED
    assert all(who <= kinds.ALL for who in [*kinds.VARIABLES.values(), *kinds.KEY_FILES.values()])
