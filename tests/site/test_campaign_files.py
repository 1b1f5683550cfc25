"""The campaign is files: what stands in them is on the pages, and what is odd stops the start with a sentence."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from consent.queries import sections
from mpm_site import campaign

OURS = Path(settings.BASE_DIR, "campaign")
LANGUAGES = {code for code, _name in settings.LANGUAGES}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A campaign folder to spoil, and no variable that would win over it."""
    for field in campaign.FIELDS:
        monkeypatch.delenv(f"MPM_CAMPAIGN_{field.upper()}", raising=False)
    return Path(shutil.copytree(OURS, tmp_path / "campaign"))


def written(folder: Path, line: str, instead: str) -> None:
    file = folder / "campaign.toml"
    text = file.read_text()
    assert line in text
    file.write_text(text.replace(line, instead))


def questions(folder: Path) -> dict[str, str]:
    values = {**settings.CAMPAIGN, "draft_hours": 1, "unverified_days": 2, "depicted_days": 3, "wait_hours": 4}
    return campaign.questions(folder, languages=LANGUAGES, fallback="en", values=values | {"erased_hours": 5})


def test_the_files_are_read_and_a_variable_wins(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert campaign.load(folder)["goal"] == 10_000
    assert "demonstration" in str(campaign.load(folder)["institution"])
    monkeypatch.setenv("MPM_CAMPAIGN_NAME", "Another name")
    monkeypatch.setenv("MPM_CAMPAIGN_GOAL", "250")
    found = campaign.load(folder)
    assert (found["name"], found["goal"], found["country"]) == ("Another name", 250, "AU")


@pytest.mark.parametrize(
    ("line", "instead", "sentence"),
    [
        ('ethics = "DEMO-0000"', "", "ethics is missing, and MPM_CAMPAIGN_ETHICS is not set"),
        ('ethics = "DEMO-0000"', "ethics = 12", "ethics must be text between quotation marks"),
        ('ethics = "DEMO-0000"', 'ethics = " 12"', "ethics must be one line"),
        ('ethics = "DEMO-0000"', 'ethic = "12"', "there is no field called ethic"),
        ("goal = 10_000", "goal = 0", "goal must be a whole number of photos"),
        ("goal = 10_000", "goal = true", "goal must be a whole number of photos"),
        ("goal = 10_000", 'goal = "many"', "goal must be a whole number of photos"),
        ("goal = 10_000", "", "goal is missing"),
        ('contact = "contact@example.org"', 'contact = "us"', "contact must be an e-mail address"),
        ('country = "AU"', 'country = "Australia"', "country must be a country's two capital letters"),
        ('logo = "logo.svg"', 'logo = "other.svg"', "logo must be the name of an .svg or .png file"),
        ('logo = "logo.svg"', 'logo = "../campaign/logo.svg"', "logo must be the name of an .svg or .png file"),
        ('logo = "logo.svg"', 'logo = "questions.en.md"', "logo must be the name of an .svg or .png file"),
        ("goal = 10_000", "goal = = 1", "cannot be read"),
    ],
)
def test_a_missing_or_odd_field_is_named(folder: Path, line: str, instead: str, sentence: str) -> None:
    written(folder, line, instead)
    with pytest.raises(ImproperlyConfigured, match=re.escape(sentence)):
        campaign.load(folder)


@pytest.mark.parametrize(
    "drawing",
    [
        "<svg><script/></svg>",
        "<svg><s:script/></svg>",
        "<svg/onload='x()'>",
        "<svg o&#110;load='x()'>",
        "<svg>\0",
        '<svg><a href="https://example.org"/></svg>',
        "x" * 20_001,
    ],
)
def test_a_logo_that_runs_calls_or_weighs_too_much_is_refused(folder: Path, drawing: str) -> None:
    (folder / "logo.svg").write_text(drawing)
    with pytest.raises(ImproperlyConfigured, match="logo"):
        campaign.load(folder)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="MPM_CAMPAIGN_DIR"):
        campaign.load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("questions.nl.md", "## Een\n## Twee\n## $nobody\n", "questions.nl.md: there is no value for $nobody"),
        ("questions.nl.md", "## Een\n## Twee\n", "at least 3 questions"),
        ("questions.nl.md", "## 5 $ cents\n", "questions.nl.md cannot be read"),
        ("questions.xx.md", "## A\n## B\n## C\n", "the site has no such language"),
    ],
)
def test_odd_questions_are_named(folder: Path, name: str, text: str, sentence: str) -> None:
    (folder / name).write_text(text)
    with pytest.raises(ImproperlyConfigured, match=re.escape(sentence)):
        questions(folder)


def test_the_questions_in_the_fallback_language_are_needed(folder: Path) -> None:
    (folder / "questions.sv.md").unlink()
    assert set(questions(folder)) == {"en", "nl"}
    (folder / "questions.en.md").unlink()
    with pytest.raises(ImproperlyConfigured, match=r"questions\.en\.md is missing"):
        questions(folder)


@pytest.mark.requirement("K8")
def test_every_language_answers_the_same_questions_with_the_same_links_and_numbers() -> None:
    def shape(language: str) -> list[tuple[list[str], set[str]]]:
        texts = [str(one.html) for one in sections((OURS / f"questions.{language}.md").read_text())]
        return [(re.findall(r'href="([^"]+)"', text), set(re.findall(r"\$\w+", text))) for text in texts]

    assert set(settings.CAMPAIGN_QUESTIONS) == LANGUAGES
    assert shape("nl") == shape("en")
    assert shape("sv") == shape("en")
    assert len(shape("en")) >= 14


@pytest.mark.django_db(databases=["default", "identity"])
class TestTheQuestionsPage:
    """What a visitor reads."""

    @pytest.mark.requirement("K8")
    @pytest.mark.parametrize(
        ("language", "question"),
        [
            ("en", "Do the police get my photos?"),
            ("nl", "Krijgt de politie mijn foto"),
            ("sv", "Får polisen mina bilder?"),
        ],
    )
    def test_it_answers_in_the_readers_language(self, language: str, question: str) -> None:
        client = Client(headers={"accept-language": language})
        html = client.get("/questions/").content.decode()
        assert question in html
        assert html.count("<h2") == len(sections(settings.CAMPAIGN_QUESTIONS[language])) + 1
        assert "$" not in html
        assert question in client.get("/").content.decode()

    def test_a_language_without_questions_reads_them_in_english_and_says_so(self, settings: Any) -> None:
        settings.CAMPAIGN_QUESTIONS = {"en": settings.CAMPAIGN_QUESTIONS["en"]}
        html = Client(headers={"accept-language": "sv"}).get("/questions/").content.decode()
        assert '<div class="questions" lang="en">' in html

    def test_every_link_in_an_answer_leads_somewhere(self) -> None:
        html = Client().get("/questions/").content.decode()
        targets = set(re.findall(r'href="(/[^"#]*)"', html)) - {settings.STATIC_URL}
        pages = {target for target in targets if not target.startswith((settings.STATIC_URL, "/staff", "/notice"))}
        assert {page: Client().get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


@pytest.mark.django_db(databases=["default", "identity"])
def test_the_logo_is_served_and_nothing_else_of_the_folder() -> None:
    html = Client().get("/").content.decode()
    found = re.search(r'<img src="(/static/campaign/[^"]+)"', html)
    assert found
    assert Client().get(found[1]).getvalue() == (OURS / "logo.svg").read_bytes()
    served = [path.name for path in Path(settings.STATIC_ROOT, "campaign").iterdir()]
    assert all(name.startswith("logo") for name in served)
