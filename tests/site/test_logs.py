"""What is written down about the running site: no token, no visitor, no value."""

import json
import logging
import runpy
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client
from gunicorn.config import Config

from deploy.server_log import ServerLog
from mpm_site.celery import app
from mpm_site.logs import Discreet, Lines

AT = "@"  # apart, because a traceback repeats the source
TOKEN = "Zm9yLW9uZS1wZXJzb24tYWxvbmU"
pytestmark = pytest.mark.django_db(databases=["default", "identity"])


@pytest.fixture
def written() -> Iterator[StringIO]:
    """All that the site's own log says."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Discreet("{levelname} {name} {message}", style="{"))
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


@pytest.mark.requirement("I5")
@pytest.mark.parametrize("start", ["/l/", "/staff/join/", "/dataset/link/"])
@pytest.mark.parametrize(("method", "end"), [("get", "/>"), ("get", ""), ("post", "/"), ("delete", "/")])
def test_no_request_writes_a_links_token_down(written: StringIO, start: str, method: str, end: str) -> None:
    getattr(Client(enforce_csrf_checks=True), method)(f"{start}{TOKEN}{end}")
    assert TOKEN not in written.getvalue()
    assert bool(written.getvalue()) == bool(end)


@pytest.mark.requirement("I5")
@pytest.mark.parametrize("address", ["/DATASET/link/", "/dataset//link/", "/dataset/links/", "/somewhere/", "/x%2F"])
def test_a_token_in_an_address_that_was_mistyped_is_not_written_down(written: StringIO, address: str) -> None:
    whole = TOKEN + "QQ" * 8
    Client().get(f"{address}{whole}/")
    assert "Not Found: /" in written.getvalue()
    assert TOKEN not in written.getvalue()


@pytest.mark.requirement("I5")
def test_a_failure_writes_down_where_it_was_and_not_what_it_held(
    written: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = f"somebody{AT}example.org"

    def broken(_digest: bytes) -> None:
        try:
            raise ValueError(held)
        except ValueError as error:
            raise DatabaseError(f"DETAIL: Key (email)=({held}) already exists.") from error

    monkeypatch.setattr("identity.views.live_link_of", broken)
    Client(raise_request_exception=False).get(f"/l/{TOKEN}/")
    said = written.getvalue()
    assert "in broken" in said
    assert "builtins.ValueError" in said
    assert "django.db.utils.DatabaseError" in said
    assert not any(word in said for word in (TOKEN, held))


def test_the_sentence_about_a_failed_task_does_not_say_what_it_held(written: StringIO) -> None:
    held = f"somebody{AT}example.org"
    try:
        raise ValueError(held)
    except ValueError as error:
        logging.getLogger("celery.app.trace").exception("Task raised unexpected: %r", error)  # noqa: TRY401 -- as it does
    assert "Task raised unexpected: ValueError" in written.getvalue()
    assert held not in written.getvalue()


def test_what_the_web_server_writes_names_no_visitor_and_no_token(capsys: pytest.CaptureFixture[str]) -> None:
    config = Config()
    for name, value in runpy.run_path(str(Path(settings.BASE_DIR) / "deploy" / "gunicorn.py")).items():
        if name in config.settings:
            config.set(name, value)
    assert (config.accesslog, config.forwarder_headers, config.logger_class) == (None, [], ServerLog)
    log = ServerLog(config)
    try:
        log.warning("Invalid request from ip=%s: %s", "198.51.100.7", f"GET /l/{TOKEN} HTTP/9.9")
        log.warning("Invalid request from ip=%s: Invalid HTTP Header: %r", "198.51.100.7", f"Cookie {TOKEN}")
        log.error("Error handling request %s %s", "GET", "/give/age/?age=ninety")
        log.access(None, None, {}, None)  # would need a response if anything of it were written
        said = capsys.readouterr().err
        assert "WARNING gunicorn.error Invalid request from ip=…" in said
        assert "Error handling request GET /give/age/?…" in said
        assert not any(word in said for word in ("198.51.100.7", TOKEN, "ninety"))
    finally:
        log.error_log.handlers.clear()


def test_workers_write_as_the_site_does() -> None:
    formatters = [handler.formatter for handler in _root_of_a_worker()]
    assert formatters
    assert all(isinstance(formatter, Discreet) for formatter in formatters)


def _root_of_a_worker() -> list[logging.Handler]:
    root = logging.getLogger()
    before = list(root.handlers)
    try:
        app.log.setup(loglevel=logging.WARNING)
        return [handler for handler in root.handlers if handler not in before]
    finally:
        for handler in list(root.handlers):
            root.removeHandler(handler)
        for handler in before:
            root.addHandler(handler)


@pytest.mark.requirement("I5")
def test_for_programs_an_entry_is_one_line_of_json_and_as_discreet() -> None:
    held = f"somebody{AT}example.org"
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    logger = logging.getLogger("site")
    logger.addHandler(handler)
    try:
        try:
            raise LookupError(held)
        except LookupError as first:
            raise DatabaseError(f"the row {held} was refused") from first
    except DatabaseError as error:
        logger.exception("Gone: %s at /l/%s/ from ip=203.0.113.7 /give/?age=7\nnext", error, TOKEN)  # noqa: TRY401
    logger.removeHandler(handler)
    (line,) = stream.getvalue().splitlines()
    said = json.loads(line)
    assert said.keys() == {"at", "level", "name", "message", "process", "error", "places"}
    assert (said["level"], said["name"], said["error"]) == ("ERROR", "site", "django.db.utils.DatabaseError")
    assert "builtins.LookupError" in said["places"]
    for hidden in (held, TOKEN, "203.0.113.7", "age=7"):
        assert hidden not in line
