"""A log as the world sees it, tiles and a signed checkpoint over HTTP on this machine, and an auditor who looks."""

import shutil
from argparse import ArgumentParser
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.proofs import notes, tree
from audit.proofs.tree import EMPTY_ROOT, Tree
from audit.standalone import watch_log
from audit.standalone.verify_log import dump, leaf_hash

ORIGIN = "log.example.org/log"


def entry(index: int, *, at: int | None = None, word: str = "kept") -> dict[str, Any]:
    """One entry, as the log writes them."""
    moment = f"2026-01-01T00:00:00.{index if at is None else at:06d}Z"
    return {"action": "sample:seen", "actor": "system", "at": moment, "data": {"word": word}, "subject": f"s{index}"}


def hashes(entries: Iterable[dict[str, Any]]) -> list[bytes]:
    """The leaf hashes of these entries, in the places where they stand now."""
    return [leaf_hash(dump({**one, "index": index}).encode()) for index, one in enumerate(entries)]


@dataclass
class Log:
    """What a log's keeper publishes, and what somebody who holds the key and the disk can publish in its place."""

    folder: Path
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    size: int = 0
    tree: Tree = field(default_factory=Tree)
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Any] = field(default_factory=list)

    @property
    def vkey(self) -> str:
        """The key that monitors were given."""
        return notes.vkey(ORIGIN, self.key.public_key())

    def read(self, path: str) -> bytes:
        """One published file."""
        return (self.folder / path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        """Publish one file."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(data)

    def add(self, leaves: Iterable[bytes]) -> None:
        """Append these leaves, publish the tiles, let partial ones go where the full one is there, and sign."""
        leaves = list(leaves)
        for path, data in tree.grow(self.read, self.size, leaves).items():
            self.write(path, data)
            if not path.partition(".p/")[1]:
                shutil.rmtree(self.folder / f"{path}.p", ignore_errors=True)
        for leaf in leaves:
            self.tree.append(leaf)
        self.size += len(leaves)
        self.sign(self.size, self.tree.root() if self.size else EMPTY_ROOT)

    def sign(self, size: int, root: bytes, key: Ed25519PrivateKey | None = None) -> None:
        """Publish a checkpoint that says this, true or not."""
        note = notes.sign(notes.checkpoint_text(ORIGIN, size, root), ORIGIN, key or self.key)
        self.write("checkpoint", note.encode())

    def become(self, leaves: Iterable[bytes]) -> None:
        """Publish another history altogether: every tile anew, signed with the log's own key."""
        shutil.rmtree(self.folder / "tile", ignore_errors=True)
        self.size, self.tree = 0, Tree()
        self.add(leaves)


class Served:
    """The log's folder on a port of this machine. `log.answers` may put (status, headers, body) in a file's place."""

    def __init__(self, log: Log) -> None:
        class Handler(SimpleHTTPRequestHandler):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, directory=str(log.folder), **kwargs)

            def do_GET(self) -> None:
                log.asked.append(self.headers)
                if self.path not in log.answers:
                    super().do_GET()
                    return
                status, headers, body = log.answers[self.path]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(OSError):
                    for part in [body] if isinstance(body, bytes) else body:
                        self.wfile.write(part)

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> str:
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, _kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@dataclass
class Auditor:
    """Somebody with the monitor and a folder of their own."""

    url: str
    key: str
    state: Path
    said: list[str] = field(default_factory=list)

    def looks(self, *more: str) -> int:
        """Look once; the exit code."""
        parser = ArgumentParser()
        watch_log.add_arguments(parser)
        options = parser.parse_args([self.url, "--key", self.key, "--state", str(self.state), *more])
        return watch_log.watch(options, self.said.append)

    @property
    def evidence(self) -> list[Path]:
        """What did not fit."""
        return sorted(self.state.glob("evidence-*.txt"))
