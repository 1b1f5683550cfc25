"""The log for everybody: a page in plain words, and the files that a monitor on another machine reads.

Nothing here asks who is there or writes anything. The entries themselves are for auditors.
"""

import re
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.copies import reading
from audit.standalone import verify_log

PROGRAMS = {name: Path(verify_log.__file__).with_name(f"{name}.py") for name in ("verify_log", "watch_log")}
# C2SP tlog-tiles: level 0-63, index in zero-padded groups of three digits, width 1-255 of a partial tile.
LEVEL = r"(?:[0-9]|[1-5][0-9]|6[0-3])"
INDEX = r"(?:(?!x000)(?:x[0-9]{3}/){1,6})?[0-9]{3}"
WIDTH = r"(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
TILE = re.compile(rf"{LEVEL}/{INDEX}(?:\.p/{WIDTH})?")
# A tile never changes. It holds hashes only, so whoever passes it on may keep it.
FOR_EVER = "public, max-age=31536000, immutable"
FOR_SECONDS = "public, max-age=5"


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """What the log is, how long it is, and how anybody checks it."""
    newest = reading.published()
    context = {
        "size": None if newest is None else newest.size,
        "key": reading.log_vkey(),
        "address": f"{settings.SITE_URL}{request.path}".rstrip("/"),
    }
    return render(request, "audit/public_log.html", context)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - it is the same for all
    """The newest signed checkpoint (C2SP tlog-checkpoint)."""
    note = reading.checkpoint()
    if note is None:
        return _plain("There is no checkpoint yet.\n", HTTPStatus.NOT_FOUND)
    return _kept(_plain(note), FOR_SECONDS)


@require_safe
def tile(request: HttpRequest, place: str) -> HttpResponse:  # noqa: ARG001 - it is the same for all
    """One tile of hashes (C2SP tlog-tiles). A name that no tile can have is not looked for."""
    if place.startswith("entries/"):
        return _plain("Entries are for auditors.\n", HTTPStatus.FORBIDDEN)
    try:
        hashes = reading.tile(f"tile/{place}") if TILE.fullmatch(place) else None
    except FileNotFoundError:
        hashes = None
    if hashes is None:
        return _plain("There is no such tile.\n", HTTPStatus.NOT_FOUND)
    return _kept(HttpResponse(hashes, content_type="application/octet-stream"), FOR_EVER)


@require_safe
def key(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - it is the same for all
    """The key that checkpoints are checked with, in the form of C2SP signed-note."""
    return _plain(f"{reading.log_vkey()}\n")


@require_safe
def program(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001 - it is the same for all
    """The verifier or the monitor, to keep and run elsewhere."""
    if name not in PROGRAMS:
        return _plain("There is no such program.\n", HTTPStatus.NOT_FOUND)
    response = HttpResponse(PROGRAMS[name].read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.py"'
    return response


def _plain(text: str, status: int = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def _kept(response: HttpResponse, how: str) -> HttpResponse:
    response["Cache-Control"] = how
    return response
