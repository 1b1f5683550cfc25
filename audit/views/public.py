"""The log for everybody: a page in plain words, and the files that a monitor on another machine reads.

Nothing here asks who is there or writes anything. The entries themselves are for auditors.
"""

import logging
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.copies import reading
from audit.copies.reading import CopiesDamaged
from audit.proofs.tree import is_tile_path
from audit.standalone import verify_log

logger = logging.getLogger(__name__)
PROGRAMS = {name: Path(verify_log.__file__).with_name(f"{name}.py") for name in ("verify_log", "watch_log")}
# A tile never changes and holds hashes only, so whoever passes it on may keep it: for a day, so that one which was
# damaged on its way is asked for again. A checkpoint is asked about each time: an older one would look like a log that
# was rolled back.
FOR_A_DAY = "public, max-age=86400"
ASKED_ABOUT = "public, no-cache"


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """What the log is, how long it is, and how anybody checks it."""
    try:
        newest, is_readable = reading.published(), True
    except CopiesDamaged:
        logger.exception("The published checkpoint is not good.")
        newest, is_readable = None, False
    context = {
        "size": None if newest is None else newest.size,
        "is_readable": is_readable,
        "key": reading.log_vkey(),
        "address": f"{settings.SITE_URL}{request.path}".rstrip("/"),
    }
    status = HTTPStatus.OK if is_readable else HTTPStatus.SERVICE_UNAVAILABLE
    return render(request, "audit/public_log.html", context, status=status)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - it is the same for all
    """The newest signed checkpoint (C2SP tlog-checkpoint)."""
    try:
        note = reading.checkpoint()
    except CopiesDamaged:
        logger.exception("The published checkpoint cannot be read.")
        return _plain("The checkpoint cannot be read.\n", HTTPStatus.SERVICE_UNAVAILABLE)
    if note is None:
        return _plain("There is no checkpoint yet.\n", HTTPStatus.NOT_FOUND)
    return _kept(_plain(note), ASKED_ABOUT)


@require_safe
def tile(request: HttpRequest, place: str) -> HttpResponse:  # noqa: ARG001 - it is the same for all
    """One tile of hashes (C2SP tlog-tiles). A name that no tile can have is not looked for."""
    if place.startswith("entries/"):
        return _plain("Entries are for auditors.\n", HTTPStatus.FORBIDDEN)
    try:
        hashes = reading.tile(f"tile/{place}") if is_tile_path(f"tile/{place}") else None
    except FileNotFoundError:
        hashes = None
    except CopiesDamaged:
        logger.exception("A tile of the copies cannot be read.")
        return _plain("This tile cannot be read.\n", HTTPStatus.SERVICE_UNAVAILABLE)
    if hashes is None:
        return _plain("There is no such tile.\n", HTTPStatus.NOT_FOUND)
    return _kept(HttpResponse(hashes, content_type="application/octet-stream"), FOR_A_DAY)


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
