""".env.sample explains every setting, and says of each who is given it, as mpm_site/kinds.py has it."""

import re
from collections.abc import Iterator

from mpm_site import kinds
from tests.structure.test_imports import ROOT

SAMPLE = (ROOT / ".env.sample").read_text(encoding="utf-8")
SETTING = re.compile(r"^(MPM_\w+)=")
WHO = re.compile(r"\bWho: ([a-z, ]+)\.")
READ = re.compile(r"\benv\.(?:text|word|names|json_object|flag|number|folder|database)\(\s*\"(MPM_\w+)\"")


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
    sources = [*(ROOT / "mpm_site").glob("*.py"), *(ROOT / "deploy").glob("*.py")]
    read = {name for source in sources for name in READ.findall(source.read_text(encoding="utf-8"))}
    listed = {name for name, _who in explained()}
    assert read - {"MPM_SUPERUSER_URL"} <= listed
    assert listed == set(kinds.VARIABLES)


def test_the_sample_says_of_each_setting_who_is_given_it() -> None:
    said = dict(explained())
    assert said == {name: kinds.who(name) for name in said}


def test_a_secret_and_a_plain_setting_are_not_the_same() -> None:
    assert not set(kinds.APART) & set(kinds.PLAIN)
    assert set(kinds.VARIABLES) >= kinds.NEEDED
    assert all(who <= kinds.ALL for who in [*kinds.VARIABLES.values(), *kinds.KEY_FILES.values()])
