"""`mpm_release.py fetch`: a release comes whole over a bad line, and the link's token goes nowhere else."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from releases.standalone import mpm_release
from releases.standalone.mpm_release import ENDED, Bad, fetch, open_copy, prune, send, verify
from tests.releases.bags import Bag, hex_of

pytestmark = pytest.mark.requirement("D7")
SHARD = "data/shards/000001.tar"
# What the program alone writes, and believes.
OURS = ("prune-journal.json", "Prune-Journal.json", "fetched.json", "withdrawals.json", "README.md.pruned", "a.part")


@dataclass
class Site:
    """Hands out a bag's files; `answers` are codes to answer with first, and the line breaks after `most` bytes."""

    bag: Bag
    closed: set[str] = field(default_factory=set)
    answers: dict[str, list[int]] = field(default_factory=dict)
    most: int = 1 << 30
    asked: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""
    # How it answers a report.
    taken: int = 201

    def index(self) -> bytes:
        files = [
            {"path": path, "size": len(data), "sha256": hex_of(data), "closed": path in self.closed}
            for path, data in sorted(self.bag.files().items())
        ]
        digest = hex_of((self.bag.folder / "manifest.json").read_bytes())
        delivery = {"institution": "Institute", "manifest_sha256": digest}
        return json.dumps({"files": files, "delivery": delivery}).encode()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path, range_ = request.path.removeprefix("/dataset/files/"), request.headers.get("Range", "")
        if path == "/withdrawals.json":
            _send(request, self.bag.feed())
            return
        self.asked.append((path, range_))
        assert request.headers["Authorization"] == "Bearer tok_en-1"
        body = (self.bag.folder / path).read_bytes() if path else self.index()
        code = self.answers[path].pop(0) if self.answers.get(path) else 200
        start = int(range_[6:-1]) if range_ and code == 200 else 0
        if start:
            assert request.headers["If-Range"] == f'"{hex_of(body)}"'
            code = 206
        request.send_response(code)
        request.send_header("Content-Length", str(len(body) - start))
        request.send_header("Location", f"{self.address}/elsewhere")
        request.end_headers()
        request.wfile.write(body[start:][: self.most if path else None])


def _send(request: BaseHTTPRequestHandler, body: bytes, code: int = 200) -> None:
    request.send_response(code)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    made = Site(Bag(tmp_path / "site").tell([]))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.answer(self)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            _send(self, json.dumps({"error": "no_photo", "says": "It tells of no photo."}).encode(), made.taken)

        def log_message(self, *_any: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def link(site: Site) -> str:
    return f"{site.address}/dataset/link/tok_en-1/"


def test_a_release_comes_whole_over_a_line_that_breaks_again_and_again(site: Site, tmp_path: Path) -> None:
    site.most = 900
    site.answers = {SHARD: [503, 500], "README.md": [429]}
    assert fetch(link(site), tmp_path / "copy") == []
    standing = verify(open_copy(tmp_path / "copy"))
    assert (standing.faults, standing.missing, len(standing.found)) == ([], [], 7)
    assert {range_ for path, range_ in site.asked if path == "data/shards/000000.tar"} >= {"", "bytes=900-"}


def test_a_second_call_fetches_what_is_missing_and_a_newer_release_what_changed(site: Site, tmp_path: Path) -> None:
    fetch(link(site), tmp_path / "copy")
    (tmp_path / "copy" / SHARD).unlink()
    (tmp_path / "copy/README.md").write_text("Do as you like.")
    site.asked.clear()
    fetch(link(site), tmp_path / "copy")
    assert [path for path, _range in site.asked] == ["", "README.md", SHARD]
    site.asked.clear()
    fetch(link(site), tmp_path / "next", tmp_path / "copy")
    assert [path for path, _range in site.asked] == ["", "SHA256SUMS"]
    assert verify(open_copy(tmp_path / "next")).faults == []


def test_what_is_closed_is_told_and_verified_as_missing_for_that_reason(site: Site, tmp_path: Path) -> None:
    site.closed, site.answers = {"data/people.parquet"}, {SHARD: [410]}
    folder = tmp_path / "copy"
    assert fetch(link(site), folder) == ["data/people.parquet", SHARD]
    standing = verify(open_copy(folder))
    assert (standing.faults, standing.missing, len(standing.found)) == ([], [], 4)
    text = (folder / "fetched.json").read_text()
    for place in range(len(text)):
        (folder / "fetched.json").write_text(text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :])
        with pytest.raises(Bad):
            verify(open_copy(folder))
    (folder / "fetched.json").write_text(text)
    assert prune(folder, site.bag.tell(site.bag.ids[:1]).feed(), "Ada")["absent"] == [
        "data/people.parquet",
        SHARD,
    ]
    with pytest.raises(Bad, match="was pruned"):
        fetch(link(site), folder)


@pytest.mark.parametrize("is_told_first", [True, False], ids=["in the list", "when asked"])
def test_of_a_file_that_closed_no_piece_stays(site: Site, tmp_path: Path, is_told_first: bool) -> None:
    part = tmp_path / "copy" / f"{SHARD}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"a piece of somebody's photo")
    site.closed, site.answers = ({SHARD}, {}) if is_told_first else (set(), {SHARD: [410]})
    assert fetch(link(site), tmp_path / "copy") == [SHARD]
    assert not part.exists()
    assert verify(open_copy(tmp_path / "copy")).faults == []


def test_a_piece_of_a_file_that_came_another_way_does_not_stay(site: Site, tmp_path: Path) -> None:
    fetch(link(site), tmp_path / "copy")
    (tmp_path / "copy" / f"{SHARD}.part").write_bytes(b"a piece")
    fetch(link(site), tmp_path / "copy")
    assert verify(open_copy(tmp_path / "copy")).faults == []


@pytest.mark.parametrize("code", [302, 401, 403, 404])
def test_the_token_is_sent_to_the_site_alone_and_an_ended_link_is_said_to_have_ended(
    site: Site, tmp_path: Path, code: int
) -> None:
    site.answers = {"": [code]}
    with pytest.raises((Bad, OSError)):
        fetch(link(site), tmp_path / "copy")
    assert site.asked == [("", "")]


@pytest.mark.parametrize(
    "address", ["http://example.org/dataset/link/tok/", "https://example.org/dataset/", "file:///dataset/link/tok/", ""]
)
def test_what_is_no_link_is_not_asked(address: str, tmp_path: Path) -> None:
    with pytest.raises(Bad, match="not a link"):
        fetch(address, tmp_path)


def test_nothing_is_written_outside_of_the_folder(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("../out.txt", "/tmp/out.txt", "data/../../out.txt", ".hidden", "a//b", "a\\b", *OURS):  # noqa: S108
        index = {"files": [{"path": path, "size": 1, "sha256": "", "closed": False}], "delivery": {}}
        monkeypatch.setattr(site, "index", lambda index=index: json.dumps(index).encode())
        with pytest.raises(Bad, match="The site names a file"):
            fetch(link(site), tmp_path / "copy")
    assert not (tmp_path / "out.txt").exists()


ASKING = "Paste the link that was mailed to you, and press Enter (it is not shown): "


def run(*arguments: str | Path, answer: str = "") -> tuple[int, str, str]:
    """The program by itself, with a terminal to answer at where there is an answer; code, output, complaints."""
    holder, terminal = pty.openpty()
    command = [sys.executable, "-I", mpm_release.__file__, *map(str, arguments)]
    with subprocess.Popen(
        command, stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as running:
        if answer and running.stderr:
            assert running.stderr.read(len(ASKING)).decode() == ASKING
            os.write(holder, f"{answer}\n".encode())
        said, complaint = running.communicate(timeout=60)
    os.close(holder)
    os.close(terminal)
    return running.returncode, said.decode(), complaint.decode()


def test_at_a_terminal_the_program_asks_for_the_link_and_does_not_show_it(site: Site, tmp_path: Path) -> None:
    code, said, asked = run("fetch", "-", tmp_path / "copy", answer=link(site))
    assert (code, said[:33], asked) == (0, "Good: release own 2, 7 pictures.\n", "\n")
    site.answers = {"": [401]}
    assert run("fetch", "-", tmp_path / "copy", answer=link(site)) == (1, "", f"\nNOT GOOD. {ENDED}\n")


def test_a_first_fetch_of_closed_files_is_not_called_good(site: Site, tmp_path: Path) -> None:
    site.closed = {f"data/shards/00000{place}.tar" for place in range(3)}
    code, said, complaint = run("fetch", link(site), tmp_path / "copy")
    assert (code, said) == (4, "")
    assert complaint.startswith("NO PICTURE. There is no picture in this copy of release own 2: of its 3 files with")
    site.closed = {SHARD}
    code, said, _ = run("fetch", link(site), tmp_path / "next")
    assert (code, said[:38]) == (0, "Good: release own 2, 4 pictures, of 7.")
    site.bag.here = {"state": "retracted", "day": "2026-02-03", "reason": "Some ages are wrong."}
    assert run("fetch", link(site), tmp_path / "last")[0] == 3


def test_why_a_report_is_not_taken_is_said_in_the_words_of_the_site(site: Site) -> None:
    send(link(site), b"{}")
    site.taken = 422
    with pytest.raises(Bad, match=r"^The report was not taken\. It tells of no photo\.$"):
        send(link(site), b"{}")
