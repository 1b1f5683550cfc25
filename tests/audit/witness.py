"""A witness on this machine that keeps to C2SP tlog-witness: it cosigns what goes on from the checkpoint it knows."""

import base64
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.proofs import notes
from audit.proofs.consistency import check_consistency
from audit.proofs.notes import COSIGNATURE
from audit.proofs.tree import EMPTY_ROOT
from audit.standalone.verify_log import Bad, Checkpoint, Key, open_checkpoint

SEEN_AT = 1_700_000_000


class Answer(NamedTuple):
    """What a request is answered with."""

    status: int
    body: str = ""


class Witness:
    """One witness for one log. `says` makes it answer something of its own; `asked` holds every request's body."""

    def __init__(self, log: Key, name: str = "witness.example/w1") -> None:
        self.log, self.name = log, name
        self.private = Ed25519PrivateKey.generate()
        self.size, self.root = 0, EMPTY_ROOT
        self.says: Answer | None = None
        self.asked: list[str] = []
        self.address = ""

    @property
    def setting(self) -> list[str]:
        """The witness as settings.LOG_WITNESSES names one."""
        return [notes.vkey(self.name, self.private.public_key(), COSIGNATURE), self.address]

    @property
    def key_id(self) -> bytes:
        """The four bytes that its cosignatures begin with."""
        return notes.key_id(self.name, self.private.public_key(), COSIGNATURE)

    def answer(self, body: str) -> Answer:
        """What add-checkpoint answers."""
        self.asked.append(body)
        if self.says is not None:
            return self.says
        head, _, note = body.partition("\n\n")
        old, *proof = head.split("\n")
        try:
            checkpoint = open_checkpoint(note, self.log)
        except Bad:
            return Answer(403)
        size = int(old.removeprefix("old "))
        if size > checkpoint.size:
            return Answer(400)
        if size != self.size or (size == checkpoint.size and self.root != checkpoint.root):
            return Answer(409, f"{self.size}\n")
        try:
            check_consistency(
                old_size=self.size, old_root=self.root, size=checkpoint.size, root=checkpoint.root,
                proof=[base64.b64decode(line, validate=True) for line in proof],
            )  # fmt: skip
        except Bad:
            return Answer(422)
        self.size, self.root = checkpoint.size, checkpoint.root
        return Answer(200, f"{self.cosignature(checkpoint)}\n")

    def cosignature(self, checkpoint: Checkpoint, at: int = SEEN_AT) -> str:
        """A cosignature/v1 line (C2SP tlog-cosignature)."""
        signature = self.private.sign(f"cosignature/v1\ntime {at}\n{checkpoint.text}".encode())
        blob = self.key_id + struct.pack(">Q", at) + signature
        return notes.signature_line(self.name, blob)


@contextmanager
def serving(witness: Witness) -> Iterator[Witness]:
    """Let the witness listen on the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found = witness.answer(body) if self.path == "/add-checkpoint" else Answer(404)
            self.send_response(found.status)
            if found.status == 302:
                self.send_header("Location", found.body)
            if found.status == 409:
                self.send_header("Content-Type", "text/x.tlog.size")
            self.end_headers()
            with suppress(BrokenPipeError):
                self.wfile.write(found.body.encode())

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    witness.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield witness
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
