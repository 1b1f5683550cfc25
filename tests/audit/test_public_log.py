"""The log for everybody: its page, and the files that monitors read without a browser, a session or a right."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from audit.copies import reading
from audit.proofs.statements import Statement
from audit.standalone import verify_log, watch_log
from tests.audit.events import commit
from tests.audit.watched import Auditor
from tests.consent.notices import published

pytestmark = pytest.mark.django_db(databases=["default", "auditor"], transaction=True)

Keeper = Callable[[], Statement]
FILES = ("/log/checkpoint", "/log/tile/0/000.p/3", "/log/key", "/log/verify_log.py", "/log/watch_log.py")


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.fixture
def three(keeper: Keeper) -> Keeper:
    """A log of three entries, under a checkpoint."""
    commit(3)
    keeper()
    return keeper


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


# -- The page -------------------------------------------------------------------------------------


def test_the_page_says_how_long_the_log_is_and_shows_the_key(three: Keeper, visitor: Client) -> None:
    page = visitor.get("/log/")
    assert page.status_code == 200
    assert "3 entries are sealed" in text(page)
    assert reading.log_vkey() in page.content.decode()
    for path in ("/log/checkpoint", "/log/key", "/log/verify_log.py", "/log/watch_log.py"):
        assert f'href="{path}"' in page.content.decode()


def test_before_the_first_checkpoint_the_page_says_so(keeper: Keeper, visitor: Client) -> None:
    assert "Nothing is sealed yet" in text(visitor.get("/log/"))


@pytest.mark.parametrize("content", [b"not a checkpoint", b"\xff"])
def test_a_damaged_checkpoint_is_told_in_plain_words(three: Keeper, visitor: Client, content: bytes) -> None:
    reading.store().save(reading.CHECKPOINT, ContentFile(content))
    page = visitor.get("/log/")
    assert page.status_code == 503
    assert "The newest seal cannot be read" in text(page)
    assert reading.log_vkey() in page.content.decode()


def test_every_public_page_leads_there(three: Keeper, visitor: Client) -> None:
    published()
    assert f'href="{reverse("audit:log")}"' in visitor.get("/").content.decode()


# -- The files ------------------------------------------------------------------------------------


def test_the_checkpoint_is_the_signed_note_and_is_asked_about_each_time(three: Keeper, visitor: Client) -> None:
    answer = visitor.get("/log/checkpoint")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert verify_log.open_checkpoint(answer.content.decode(), reading.log_key()).size == 3


def test_files_that_cannot_be_read_are_no_crash(three: Keeper, visitor: Client) -> None:
    for name, path in ((reading.CHECKPOINT, "/log/checkpoint"), ("tile/0/000.p/3", "/log/tile/0/000.p/3")):
        reading.store().delete(name)
        Path(reading.store().path(name)).mkdir(parents=True)
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store"), path


def test_before_the_first_checkpoint_there_is_none(keeper: Keeper, visitor: Client) -> None:
    answer = visitor.get("/log/checkpoint")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_tile_holds_hashes_and_may_be_kept_for_a_day(three: Keeper, visitor: Client) -> None:
    answer = visitor.get("/log/tile/0/000.p/3")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert len(answer.content) == 3 * 32


def test_a_tile_that_is_not_there_is_not_found(three: Keeper, visitor: Client) -> None:
    for place in ("0/001", "0/000.p/4", "1/000", "63/000", "0/x001/000", "0/x123/x456/789.p/255"):
        answer = visitor.get(f"/log/tile/{place}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/plain; charset=utf-8"), place
        assert answer.headers["Cache-Control"] == "no-store"


NO_TILES = [
    *("64/000", "00/000", "01/000", "-1/000", "0/0", "0/00", "0/0000", "0/1000", "0/x000/001", "0/001/002", "0/x001"),
    *("0/x001/x002", "0/x001/002/", "0/000.p", "0/000.p/", "0/000.p/0", "0/000.p/01", "0/000.p/256", "0/000.p/1000"),
    *("0/000.p/3/", "0/000.p/3.p/3", "0//000", "/0/000", "0/../0/000", "0/000%0a", "0/%D9%A0%D9%A0%D9%A0", "x/000"),
    *("../checkpoint", "..%2f..%2flog.vkey", "0/000%00", "data/000", f"0/{'x001/' * 400}000"),
]


def test_a_name_that_no_tile_has_is_not_looked_for(three: Keeper, visitor: Client) -> None:
    with patch.object(reading, "tile", side_effect=AssertionError):
        assert [place for place in NO_TILES if visitor.get(f"/log/tile/{place}").status_code != 404] == []


def test_entries_are_for_auditors(three: Keeper, visitor: Client) -> None:
    for place in ("entries/000", "entries/000.p/3", "entries/"):
        answer = visitor.get(f"/log/tile/{place}")
        assert (answer.status_code, answer.content) == (403, b"Entries are for auditors.\n")


def test_the_key_is_a_verifier_key(three: Keeper, visitor: Client) -> None:
    answer = visitor.get("/log/key")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert verify_log.parse_key(answer.content.decode().strip()) == reading.log_key()


@pytest.mark.parametrize("module", [verify_log, watch_log])
def test_the_programs_are_downloads(module: Any, visitor: Client) -> None:
    name = Path(module.__file__).name
    answer = visitor.get(f"/log/{name}")
    assert answer.headers["Content-Type"].startswith("text/x-python")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.content == Path(module.__file__).read_bytes()


@pytest.mark.parametrize("path", ["/log/__init__.py", "/log/settings.py", "/log/..py"])
def test_nothing_else_can_be_downloaded(path: str, visitor: Client) -> None:
    assert visitor.get(path).status_code == 404


@pytest.mark.parametrize("path", FILES)
def test_files_are_only_read_and_remember_nobody(path: str, three: Keeper, visitor: Client) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 200
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert visitor.head(path).status_code == 200
    assert visitor.post(path).status_code == 405
    assert not Session.objects.exists()


@pytest.mark.parametrize("path", FILES)
def test_files_need_no_database(path: str, three: Keeper, visitor: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        visitor.get(path)


def test_a_stranger_somewhere_else_can_watch_the_whole_log(
    three: Keeper, visitor: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fetch(url: str, _limit: int) -> bytes | None:
        answer = visitor.get(url.removeprefix("https://pictures.example.org"))
        return answer.content if answer.status_code == 200 else None

    monkeypatch.setattr(watch_log, "fetch", fetch)
    auditor = Auditor("https://pictures.example.org/log", reading.log_vkey(), tmp_path / "seen")
    assert auditor.looks() == 0
    commit(300)
    three()
    assert auditor.looks() == 0, auditor.said
    assert "300 more" in auditor.said[-1]
    shutil.rmtree(tmp_path / "log-copies" / "tile" / "0")
    assert auditor.looks() == 1
