"""nginx in front, set up as deploy/nginx has it: TLS, bodies that never lie on a disk, headers as they were sent."""

import secrets
import socket
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import pytest

from tests.pictures import phone_jpeg
from tests.services.giving import Phone
from tests.services.stack import Stack

UPLOADS, BYTES_A_SECOND, SECONDS = 64, 50_000, 8
CANARY = b"a body that passes through"


def open_files(pid: int) -> set[Path]:
    """Every file that a process group has open, those without a name any more too."""
    found: set[Path] = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if int((process / "stat").read_text().rpartition(")")[2].split()[2]) == pid:
                found |= {link for link in (process / "fd").iterdir() if link.stat().st_size and link.is_file()}
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def test_it_speaks_tls_alone_and_leads_there(stack: Stack) -> None:
    plain = stack.nginx.plain_url
    opener = urllib.request.build_opener(_NoRedirect)
    with pytest.raises(urllib.error.HTTPError) as answer:
        opener.open(plain + "/questions/")
    with answer.value as moved:
        assert moved.status == HTTPStatus.MOVED_PERMANENTLY
        assert moved.headers["Location"].startswith("https://")
    with socket.create_connection((stack.nginx.host.address, stack.nginx.port)) as connection:
        secured = stack.nginx.trust().wrap_socket(connection, server_hostname=stack.nginx.name)
        assert secured.version() == "TLSv1.3"
        secured.close()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_told: object) -> None:
        """Follow nothing."""


def test_headers_come_as_the_site_sends_them_once_each(stack: Stack) -> None:
    answer = stack.get("/")
    assert answer.status == HTTPStatus.OK
    wanted = {
        "Content-Security-Policy": "object-src 'none'",
        "Strict-Transport-Security": "max-age=63072000",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    for name, words in wanted.items():
        (said,) = answer.headers.get_all(name) or [""]
        assert words in said
    assert all("Secure" in cookie for cookie in answer.headers.get_all("Set-Cookie") or ["none came"])
    assert answer.headers["Server"] == "nginx"
    assert {stack.get(path).status for path in ("/metrics", "/readyz")} == {HTTPStatus.NOT_FOUND}


def test_an_upload_under_way_lies_nowhere_in_the_clear(stack: Stack) -> None:
    picture = phone_jpeg() + CANARY * 40_000
    upload = Phone(stack.nginx).begins(picture)
    upload.goes_on(to=0.9)
    sealed = stack.processes.folder / f"objects-{stack.on.host.address}" / "incoming"
    last = time.monotonic() + 20
    # Most of it has reached the site, sealed: whatever would lie at the proxy does so by now.
    while sum(path.stat().st_size for path in sealed.glob("*")) < len(picture) // 2:
        assert time.monotonic() < last
        time.sleep(0.1)
    files = {path for path in stack.nginx.folder.rglob("*") if path.is_file()} | set(sealed.glob("*"))
    files |= {path for path in Path("/tmp").glob("*") if path.is_file()}  # noqa: S108 - to look into
    files |= open_files(stack.nginx.process.pid)
    assert [str(path) for path in files if CANARY in _content(path)] == []
    assert upload.goes_on() == HTTPStatus.CREATED


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_an_upload_that_breaks_off_leaves_nothing(stack: Stack) -> None:
    sealed = stack.processes.folder / f"objects-{stack.on.host.address}" / "incoming"
    # What a killed worker was writing is left to the sweep.
    before = set(sealed.glob("*"))
    upload = Phone(stack.nginx).begins(phone_jpeg() + CANARY * 40_000)
    upload.goes_on(to=0.5)
    upload.breaks_off()
    last = time.monotonic() + 30
    while set(sealed.glob("*")) - before:
        assert time.monotonic() < last
        time.sleep(0.1)


def test_while_64_phones_send_slowly_the_first_page_answers(stack: Stack) -> None:
    phones = [Phone(stack.nginx) for _ in range(8)]
    length = BYTES_A_SECOND * SECONDS
    uploads = [phones[number % len(phones)].begins(secrets.token_bytes(length)) for number in range(UPLOADS)]
    with ThreadPoolExecutor(UPLOADS) as pool:
        sent = [pool.submit(upload.goes_on, rate=BYTES_A_SECOND) for upload in uploads]
        time.sleep(1)
        answers = Counter[int]()
        while not any(each.done() for each in sent):
            answers[stack.get("/").status] += 1
        statuses = Counter(each.result() for each in sent)
    assert set(answers) == {HTTPStatus.OK}
    assert answers[HTTPStatus.OK] >= SECONDS
    assert statuses == {HTTPStatus.CREATED: UPLOADS}
