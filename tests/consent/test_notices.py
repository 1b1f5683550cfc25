"""Notices: published from files once, shown clean, in every language."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from consent.actions import NoticeDiffers, publish
from consent.models import ConsentNotice
from consent.queries import latest_notice, open_languages
from consent.rendering import sections
from consent.sources import NoticeNotReadable, read, sources
from tests.consent.notices import published

LANGUAGES = [code for code, _name in settings.LANGUAGES]
FRONT = "---\ntitle: A title\nscopes: research\nwidens: no\nvalid_months: -\napproval: A-1\nread_by: Somebody\n---\n"


def run(*versions: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("publish_notices", *versions, stdout=out, stderr=err)
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
        FRONT.replace("approval: A-1\n", ""),
        FRONT.replace("read_by: Somebody\n", ""),
        FRONT.replace("title: A title", "title:"),
        FRONT.replace("---\n", "---\nextra: yes\n", 1),
        FRONT.replace("widens: no", "widens: maybe"),
        FRONT.replace("valid_months: -", "valid_months:"),
        FRONT.replace("valid_months: -", "valid_months: 0"),
        FRONT.replace("valid_months: -", "valid_months: for ever"),
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


def write(folder: Path, version: str, language: str = "en", front: str = FRONT, text: str = "Some text.\n") -> None:
    (folder / version).mkdir(exist_ok=True)
    (folder / version / f"{language}.md").write_text(front + text)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of notices in the place of the project's own."""
    monkeypatch.setattr(sources, "__defaults__", (tmp_path,))
    return tmp_path


def test_versions_are_published_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for version in ("2026-10", "2026-2"):
        write(tmp_path, version)
    assert [source.version for source in sources(tmp_path)] == ["2026-2", "2026-10"]


@pytest.mark.requirement("K7")
def test_terms_rise_with_each_version_that_widens_the_use(tmp_path: Path) -> None:
    wider = FRONT.replace("widens: no", "widens: yes")
    for version, front in (("2026-1", FRONT), ("2026-2", wider), ("2026-3", FRONT), ("2026-4", wider)):
        write(tmp_path, version, "en", front)
        write(tmp_path, version, "nl", front)
    found = [(source.version, source.terms) for source in sources(tmp_path)]
    assert found[::2] == found[1::2] == [("2026-1", 1), ("2026-2", 2), ("2026-3", 2), ("2026-4", 3)]


@pytest.mark.parametrize(
    ("line", "other"),
    [("widens: no", "widens: yes"), ("valid_months: -", "valid_months: 12"), ("research", "research, sharing")],
)
def test_languages_of_a_version_may_not_differ_in_what_they_ask(tmp_path: Path, line: str, other: str) -> None:
    write(tmp_path, "2026-1", "en")
    write(tmp_path, "2026-1", "nl", FRONT.replace(line, other))
    with pytest.raises(NoticeNotReadable, match="languages differ"):
        list(sources(tmp_path))


@pytest.mark.requirement("K8")
@pytest.mark.django_db
@pytest.mark.parametrize("empty", ["approval: A-1", "read_by: Somebody"])
def test_a_language_without_approval_or_reader_stays_closed(folder: Path, empty: str) -> None:
    write(folder, "2026-1", "en")
    write(folder, "2026-1", "nl", FRONT.replace(empty, empty.partition(" ")[0]))
    out, err = run()
    assert "Published notice 2026-1 en." in out
    assert "2026-1 nl lacks its approval or its reader" in out
    assert err == ""
    assert open_languages() == ["en"]
    write(folder, "2026-1", "nl")
    assert "Published notice 2026-1 nl." in run()[0]
    assert open_languages() == ["en", "nl"]


@pytest.mark.django_db
def test_one_version_can_be_published_alone(folder: Path) -> None:
    write(folder, "2026-1")
    write(folder, "2026-2")
    assert run("2026-2")[0] == "Published notice 2026-2 en.\n"
    with pytest.raises(CommandError, match="no notice of version 2027-1"):
        run("2027-1")


@pytest.mark.django_db
def test_an_older_version_published_late_is_not_the_newest(folder: Path) -> None:
    write(folder, "2026-2")
    run()
    write(folder, "2026-1")
    write(folder, "2026-1", "sv")
    run()
    assert latest_notice("sv").version == "2026-2"
    assert open_languages() == ["en"]


@pytest.mark.django_db
def test_without_english_a_language_is_read_in_what_there_is(folder: Path) -> None:
    write(folder, "2026-1", "sv")
    run()
    assert latest_notice("nl").language == "sv"


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["$nobody knows this name", "$"])
def test_a_name_without_a_value_is_said(folder: Path, text: str) -> None:
    write(folder, "2026-1", text=text)
    with pytest.raises(CommandError, match="no value for"):
        run()


@pytest.mark.django_db
def test_a_file_that_is_no_notice_stops_the_command(folder: Path) -> None:
    write(folder, "2026-1", front="")
    with pytest.raises(CommandError, match="must begin with front matter"):
        run()


@pytest.mark.django_db
def test_other_terms_for_the_same_text_are_another_version(folder: Path) -> None:
    write(folder, "2026-1")
    run()
    write(folder, "2026-1", "en", FRONT.replace("valid_months: -", "valid_months: 12"))
    assert "other terms" in run()[1]
    assert latest_notice("en").valid_months is None


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


@pytest.mark.django_db
def test_the_page_names_what_can_be_agreed_to_at_the_place_that_receipts_name() -> None:
    notice = published()
    page = Client().get(f"/notice/{notice.version}/en/").content.decode()
    for scope in notice.scopes:
        assert f'<dd id="{scope}">' in page
    assert 'id="institution"' in page
    assert "What changed since" not in page


class TestChanges:
    """What changed since another version in the same language, for everybody."""

    @pytest.fixture(autouse=True)
    def _versions(self, folder: Path, db: None) -> None:
        write(folder, "2026-1", text="We keep it for two years.\n")
        write(folder, "2026-2", text="We keep it for three years.\n")
        wider = FRONT.replace("widens: no", "widens: yes")
        write(folder, "2026-3", front=wider, text="We keep it for three years and show it.\n")
        run()

    def page(self, version: str, query: str = "") -> str:
        return Client().get(f"/notice/{version}/en/changes/{query}").content.decode()

    @pytest.mark.requirement("K7")
    def test_a_version_stands_beside_the_one_before(self) -> None:
        page = self.page("2026-2")
        assert "beside version 2026-1" in page
        assert '<span lang="en"> three</span>' in page
        assert "is asked again" not in page

    @pytest.mark.requirement("K7")
    def test_a_version_that_widens_the_use_says_that_people_are_asked_again(self) -> None:
        assert "is asked again" in self.page("2026-3")

    def test_any_version_can_be_compared(self) -> None:
        page = self.page("2026-3", "?since=2026-1")
        assert "beside version 2026-1" in page
        assert "show it." in page

    def test_the_first_version_says_that_it_is_the_first(self) -> None:
        assert "This is the first version" in self.page("2026-1")

    @pytest.mark.parametrize("address", ["2026-9/en/changes/", "2026-1/nl/changes/", "2026-1/en/changes/?since=1999-1"])
    def test_what_does_not_exist_is_not_found(self, address: str) -> None:
        assert Client().get(f"/notice/{address}").status_code == 404

    def test_the_notice_leads_to_it(self) -> None:
        page = Client().get("/notice/2026-2/en/").content.decode()
        assert 'href="/notice/2026-2/en/changes/"' in page
