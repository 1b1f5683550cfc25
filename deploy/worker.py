"""The web server's worker: pages never wait for a slow sender, and uploads have threads of their own.

gunicorn's threaded worker gives a connection a thread as soon as it is opened, so a few slow phones hold them all. Here
the main loop, which holds no thread, receives a request until all of it is there. Only what is too large for that, an
upload, gets a thread while its bytes come in, from a pool of its own; without room there it is answered 503 unread.
"""

import contextlib
import selectors
import socket
import struct
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Semaphore, local
from typing import Any, Final

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string
from gunicorn.http.message import Request
from gunicorn.workers.gthread import TConn, ThreadWorker

from deploy.request_head import END, RequestHead, read_head
from deploy.upload_body import UploadBody
from deploy.upload_room import UploadRoom
from mpm_site.addresses import visitor_of

# A head and a form up to this size wait in memory. No browser sends a longer head.
WHOLE_BYTES: Final = 64 * 1024
# Seconds for such a request to arrive; an idle connection that a browser opened ahead ends after them, too.
ARRIVAL_SECONDS: Final = 30
# Seconds without a byte until an upload is over, and without a byte taken until an answer is.
SILENCE_SECONDS: Final = 60
# No upload lasts longer than this and its length at the slowest rate that is worth waiting for.
UPLOAD_EXTRA_SECONDS, SLOWEST_BYTES_A_SECOND = 120, 5_000
# Uploads of one process that may be past their last byte at once, where they use databases.
TURNS: Final = 4
# Seconds for a client to read the answer before its connection is cut while it still sends.
GOODBYE_SECONDS: Final = 5
# When fewer connections than this are left, those give way that have said goodbye or waited for their request longest.
SPARE_CONNECTIONS: Final = 50
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(slots=True)
class Arrival:
    """A request on its way in: what came of it so far, and until when the rest must be there (monotonic seconds)."""

    until: float
    received: bytearray = field(default_factory=bytearray)
    head: RequestHead | None = None

    def add(self, data: bytes) -> bool:
        """Keep what came; whether nothing is left to wait for without a thread."""
        # A head that comes byte by byte is searched for its end once, not once for each byte.
        ends = END in self.received[max(0, len(self.received) - len(END)) :] + data
        self.received += data
        if self.head is None and ends:
            self.head = read_head(bytes(self.received))
        if self.head is None:
            return False
        return self.is_upload() or len(self.received) >= self.head.bytes + (self.head.body or 0)

    def is_upload(self) -> bool:
        """Whether its body is read while it comes in."""
        return self.head is not None and (self.head.body is None or self.head.body > WHOLE_BYTES)


class RoomyWorker(ThreadWorker):  # type: ignore[misc]
    """A threaded worker with room for uploads beside the pages'."""

    def init_process(self) -> None:
        """As the base class; it returns when the worker ends."""
        places = settings.UPLOADS_AT_ONCE
        self._room = UploadRoom(places=places, each=settings.UPLOADS_AT_ONCE_EACH)
        self._uploaders = ThreadPoolExecutor(max_workers=max(1, places), thread_name_prefix="upload")
        self._turns = Semaphore(TURNS)
        self._arriving: dict[TConn, Arrival] = {}
        self._leaving: dict[TConn, float] = {}
        self._uploading: dict[TConn, tuple[str, float]] = {}
        self._refused: set[TConn] = set()
        self._thread = local()
        # Idle connections that were kept never leave too few places for those whose first request is on its way.
        self.max_keepalived = self.worker_connections // 2
        super().init_process()

    def run(self) -> None:
        """As the base class; uploads for which the time to stop was too short are cut, so that their threads end."""
        super().run()
        for conn in self._uploading:
            _cut(conn.sock)

    def load_wsgi(self) -> None:
        """Let the application see that there was no room for the request that it answers."""
        super().load_wsgi()
        self._network_of: Callable[[str], str] = import_string("identity.actions.network_of")
        application: Application = self.app.wsgi()

        def told(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            environ["mpm.no_room"] = self._thread.no_room
            return application(environ, start_response)

        self.wsgi = told

    # -- In the main loop, which never waits for anybody --------------------------------------------------------------

    def enqueue_req(self, conn: TConn) -> None:
        """Called for each connection that is new or has another request: receive it before it gets a thread."""
        conn.init()
        conn.sock.setblocking(False)
        arrival = self._arriving[conn] = Arrival(time.monotonic() + ARRIVAL_SECONDS)
        # What was read along with the request before it.
        if arrival.add(conn.parser.unreader.take_buffered()):
            self._hand_over(conn)
        else:
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))

    def _receive(self, conn: TConn, _sock: socket.socket) -> None:
        arrival = self._arriving[conn]
        data = _received(conn.sock)
        if data is None:
            return
        if data and arrival.add(data):
            self.poller.unregister(conn.sock)
            self._hand_over(conn)
        elif not data or (arrival.head is None and len(arrival.received) > WHOLE_BYTES):
            self._close(conn)

    def _hand_over(self, conn: TConn) -> None:
        """Give what was received to gunicorn's parser, in a thread of the right pool."""
        arrival = self._arriving.pop(conn)
        conn.parser.unreader.unread(bytes(arrival.received))
        conn.data_ready = True
        limit_silence(conn.sock, SILENCE_SECONDS)
        pool, work = self.tpool, self.handle
        if arrival.head is not None and arrival.is_upload():
            client = self._client_of(conn, arrival.head)
            if self._room.take(client):
                body = min(arrival.head.body or settings.UPLOAD_MAX_BYTES, 2 * settings.UPLOAD_MAX_BYTES)
                until = time.monotonic() + UPLOAD_EXTRA_SECONDS + body / SLOWEST_BYTES_A_SECOND
                self._uploading[conn] = (client, until)
                pool, work = self._uploaders, self._handle_upload
            else:
                self._refused.add(conn)
        answered: Future[Any] = pool.submit(work, conn)
        answered.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def _client_of(self, conn: TConn, head: RequestHead) -> str:
        connection = conn.client[0] if isinstance(conn.client, tuple) else ""
        return self._network_of(
            visitor_of(connection, head.forwarded_for, proxies=settings.ALLAUTH_TRUSTED_PROXY_COUNT)
        )

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        """A thread is done with it: give its room back, and wait for the next request or for the client to hang up."""
        if conn in self._uploading:
            self._room.give_back(self._uploading.pop(conn)[0])
        if fs.cancelled() or fs.exception() is not None or not fs.result():
            self._say_goodbye(conn)
        else:
            super().finish_request(conn, fs)

    def _say_goodbye(self, conn: TConn) -> None:
        """Send no more and drop what comes: a close at once could take the answer from a client that still sends."""
        self._refused.discard(conn)
        self._leaving[conn] = time.monotonic() + GOODBYE_SECONDS
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drop, conn))
        except (OSError, ValueError):
            self._close(conn)

    def _drop(self, conn: TConn, _sock: socket.socket) -> None:
        if _received(conn.sock) == b"":
            self._close(conn)

    def _close(self, conn: TConn) -> None:
        self._arriving.pop(conn, None)
        self._leaving.pop(conn, None)
        with contextlib.suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Called by the base class in every round, when no event is left that a closed connection could still have."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn, arrival in self._arriving.items() if self._is_over(arrival, now)]:
            self._close(conn)
        for conn in [conn for conn, until in self._leaving.items() if until < now]:
            self._close(conn)
        for _ in range(self.nr_conns - self.worker_connections + SPARE_CONNECTIONS):
            longest = next(iter(self._leaving or self._arriving), None)
            if longest is not None:
                self._close(longest)
        for conn in [conn for conn, (_, until) in self._uploading.items() if until < now]:
            _cut(conn.sock)

    def _is_over(self, arrival: Arrival, now: float) -> bool:
        """A stopping worker waits for no request that has not begun."""
        return arrival.until < now or not (self.alive or arrival.received)

    # -- In a thread --------------------------------------------------------------------------------------------------

    def _handle_upload(self, conn: TConn) -> Any:
        """Answer it, and keep no database connection for the next upload, whose bytes may take minutes."""
        try:
            return self.handle(conn)
        finally:
            connections.close_all()

    def handle_request(self, req: Request, conn: TConn) -> bool:
        """Answer one request; whether its connection may bring another."""
        self._thread.no_room = conn in self._refused
        if self._thread.no_room:
            req.force_close()
        if conn not in self._uploading:
            return bool(super().handle_request(req, conn))
        length = next((value for name, value in req.headers if name == "CONTENT-LENGTH"), "")
        unread = req.body
        with UploadBody(unread, int(length) if length.isdecimal() else None, self._turns) as req.body:
            goes_on = bool(super().handle_request(req, conn))
            is_lost = req.body.is_lost
        # gunicorn reads on what the application left, without a turn.
        req.body = unread
        return goes_on and not is_lost


def _received(sock: socket.socket) -> bytes | None:
    """What is there, b"" when nothing will come any more, None when nothing is there after all."""
    try:
        return sock.recv(WHOLE_BYTES)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError:
        return b""


def _cut(sock: socket.socket) -> None:
    """End it for the thread that reads from it: that sees an early end, and the request is finished as any other."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def limit_silence(sock: socket.socket, seconds: float) -> None:
    """Let the kernel end each single wait of a blocking socket, because gunicorn takes Python's own timeout away."""
    whole = int(seconds)
    timeval = struct.pack("ll", whole, int((seconds - whole) * 1_000_000))
    for side in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        sock.setsockopt(socket.SOL_SOCKET, side, timeval)
