"""Notices: published from files once, shown clean, in every language."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from consent.actions import NoticeDiffers, publish
from consent.models import ConsentNotice
from consent.queries import latest_notice, open_languages
from consent.rendering import sections
from consent.sources import NoticeNotReadable, read, sources
from tests.consent.notices import published

LANGUAGES = [code for code, _name in settings.LANGUAGES]
FRONT = "---\ntitle: A title\nscopes: research\napproval: A-1\nread_by: Somebody\n---\n"


def run() -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("publish_notices", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_publishing_again_publishes_nothing() -> None:
    assert run()[0].count("Published") == len(LANGUAGES)
    assert run() == ("", "")
    assert ConsentNotice.objects.count() == len(LANGUAGES)


@pytest.mark.requirement("K1")
@pytest.mark.django_db
def test_a_published_notice_stays_when_the_campaign_changes_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    text = published().text
    monkeypatch.setattr(settings, "CAMPAIGN", settings.CAMPAIGN | {"institution": "Somebody else"})
    with pytest.raises(NoticeDiffers):
        publish(source=next(sources()), by="system")
    assert "The published text stays." in run()[1]
    assert latest_notice("en").text == text


@pytest.mark.requirement("K8")
@pytest.mark.django_db
def test_the_notice_is_open_in_every_language_with_an_approval_and_a_reader() -> None:
    published()
    assert open_languages() == LANGUAGES
    assert all(notice.approval and notice.read_by for notice in ConsentNotice.objects.all())


@pytest.mark.django_db
def test_no_place_is_left_to_fill_in() -> None:
    published()
    for notice in ConsentNotice.objects.all():
        assert "$" not in notice.text
        assert str(settings.CAMPAIGN["contact"]) in notice.text
        assert str(settings.CAMPAIGN["institution"]) in notice.text


@pytest.mark.requirement("K8")
def test_every_language_has_the_same_parts() -> None:
    shapes = {source.language: [bool(part.heading) for part in sections(source.text)] for source in sources()}
    points = {source.language: sections(source.text)[0].html.count("<li>") for source in sources()}
    assert sorted(shapes) == sorted(LANGUAGES)
    assert len({tuple(shape) for shape in shapes.values()}) == 1
    assert set(points.values()) == {5}


@pytest.mark.django_db
def test_a_language_without_a_notice_reads_the_english_one() -> None:
    published()
    assert latest_notice("fi").language == "en"


@pytest.mark.django_db
def test_before_the_first_notice_there_is_none() -> None:
    with pytest.raises(ConsentNotice.DoesNotExist):
        latest_notice("en")


@pytest.mark.parametrize(
    "text",
    [
        "no front matter",
        FRONT.replace("approval: A-1", "approval:"),
        FRONT.replace("read_by: Somebody\n", ""),
        FRONT.replace("scopes: research", "scopes: sharing"),
        FRONT.replace("scopes: research", "scopes: research, advertising"),
    ],
)
def test_a_file_that_lacks_something_is_not_a_notice(tmp_path: Path, text: str) -> None:
    file = tmp_path / "2026-2" / "en.md"
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(NoticeNotReadable):
        read(file)


def test_versions_are_published_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for version in ("2026-10", "2026-2"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "en.md").write_text(FRONT)
    assert [source.version for source in sources(tmp_path)] == ["2026-2", "2026-10"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<a href="x" onclick="y()">z</a>',
        "![x](http://x/y.png)",
    ],
)
def test_what_is_shown_holds_no_script_and_no_picture(hostile: str) -> None:
    html = "".join(part.html for part in sections(f"{hostile}\n\n## Part\n\n{hostile}"))
    assert not any(tag in html for tag in ("<script", 'href="javascript', '<a href="x" onclick', "<img"))


@pytest.mark.django_db
def test_the_page_shows_the_notice_its_version_and_its_date() -> None:
    notice = published("nl")
    page = Client().get(f"/notice/{notice.version}/nl/").content.decode()
    assert notice.title in page
    assert notice.version in page
    assert '<article lang="nl">' in page


@pytest.mark.django_db
def test_the_newest_notice_is_shown_in_the_readers_language() -> None:
    published()
    page = Client(headers={"accept-language": "sv"}).get("/notice/").content.decode()
    assert '<article lang="sv">' in page


@pytest.mark.django_db
def test_a_version_that_does_not_exist_is_not_found() -> None:
    published()
    assert Client().get("/notice/2020-1/en/").status_code == 404
