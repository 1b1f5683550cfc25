"""A web process is exchanged for the next one and nobody who comes meanwhile is turned away."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from deploy.local import ports
from deploy.local.state import CHECKOUT
from mpm_site import kinds

PATIENCE = 30
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture
def listener(django_db_setup: None) -> Iterator[socket.socket]:
    """The socket that systemd holds on a real machine."""
    held = ports.listen(0)
    yield held
    held.close()


def served_by(kind: str, listener: socket.socket, stack: ExitStack) -> subprocess.Popen[bytes]:
    """A web process of this kind behind the socket, with what its kind is told; stopped at the end at the latest."""
    told = {
        "DJANGO_SETTINGS_MODULE": "mpm_site.settings",
        "MPM_BIND": f"fd://{listener.fileno()}",
        "MPM_WEB_WORKERS": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.py"]
    server = subprocess.Popen(
        command, cwd=CHECKOUT, env=kinds.only(kind, dict(os.environ)) | told, pass_fds=[listener.fileno()]
    )
    stack.callback(server.wait, PATIENCE)
    stack.callback(server.terminate)
    return server


def connect(listener: socket.socket, request: bytes) -> socket.socket:
    connection = socket.create_connection(listener.getsockname(), PATIENCE)
    connection.sendall(request)
    return connection


def status(connection: socket.socket) -> bytes:
    """The status of the answer, all of it read."""
    with connection, connection.makefile("rb") as lines:
        first = lines.readline()
        lines.read()
        return first.split()[1]


def test_a_request_under_way_is_answered_and_who_comes_meanwhile_waits_for_the_next_process(
    listener: socket.socket,
) -> None:
    with ExitStack() as stack:
        old = served_by("web", listener, stack)
        assert status(connect(listener, HEALTH)) == b"200"
        under_way = connect(listener, HEALTH[:20])
        # The worker has it once it answers somebody who came later.
        assert status(connect(listener, HEALTH)) == b"200"
        old.send_signal(signal.SIGTERM)
        under_way.sendall(HEALTH[20:])
        assert status(under_way) == b"200"
        assert old.wait(PATIENCE) == 0
        waiting = connect(listener, HEALTH)
        refused = connect(listener, HEALTH.replace(b"/healthz", b"/"))
        served_by("upload", listener, stack)
        assert status(waiting) == b"200"
        # The next one is one of the uploads' own, which has no pages.
        assert status(refused) == b"404"
