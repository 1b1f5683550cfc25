"""Watch the log of My Pictures Matter from a machine of your own: verify_log.py must stand beside this file.

  python watch_log.py URL --key KEY --state FOLDER [--every SECONDS] [--quiet-for HOURS] [--proof FILE]

Each look fetches the log's newest checkpoint and finds, in its tiles of hashes (c2sp.org/tlog-tiles), the root hash of
the look before: so the log only added to what stood there. FOLDER keeps the newest checkpoint, the earlier ones
(history/) and what does not fit them (evidence-*.txt). KEY is the log's verifier key or a file that holds it. With
--quiet-for, nothing new for so long is a complaint, too: a log that stands still, or that cannot be reached.
Exit code 0: all is well; 1: a complaint, and the sentence says which; 2: could not look.
"""

import argparse
import hashlib
import http.client
import math
import os
import re
import signal
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

try:
    import fcntl
except ImportError:  # on Windows nothing keeps two monitors from using one folder at once
    fcntl = None  # type: ignore[assignment]
if __package__:
    from audit.standalone import verify_log as log
else:
    import verify_log as log  # type: ignore[import-not-found, no-redef]

FINE, COMPLAINT, NOT_LOOKED = 0, 1, 2
SAFE = re.compile(r"https://|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]+)?/")
SECONDS, NOTE_BYTES, TILE, HASH = 10.0, 65_536, 256, 32
READER, GROWN = "monitor reads", "grown"  # a file of this name was last written when the log was last seen to grow
WRONG_TILES = "The log's tiles do not lead to its signed checkpoint."
NO_REDIRECTS = type("NoRedirects", (urllib.request.HTTPRedirectHandler,), {"redirect_request": lambda *_: None})


class NotReached(Exception):
    """No answer that could be judged came: the network, or the log's server."""


def fetch(url: str, limit: int) -> bytes | None:
    """What stands there, None for nothing. Raises NotReached after SECONDS at most, and Bad above `limit` bytes."""
    if not SAFE.match(url):
        raise NotReached("the address must begin with https://")
    if any(thread.name == READER for thread in threading.enumerate()):
        raise NotReached("the server has not ended an earlier answer")
    found: list[bytes | Exception | None] = [NotReached(f"no whole answer within {SECONDS:g} s")]
    request = urllib.request.Request(url, headers={"Cache-Control": "no-cache"})  # noqa: S310 -- SAFE matched

    def read() -> None:
        try:
            with urllib.request.build_opener(NO_REDIRECTS).open(request, timeout=SECONDS) as answer:
                body, promised = answer.read(limit + 1), int(answer.headers.get("Content-Length", 0))
            found[0] = body if len(body) >= min(promised, limit) else NotReached("the answer broke off")
            found[0] = log.Bad(f"{url} is longer than it can be.") if len(body) > limit else found[0]
        except urllib.request.HTTPError as error:
            error.close()
            found[0] = None if error.code in {404, 410} else NotReached(f"the server answered {error.code}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            found[0] = NotReached(f"no answer ({type(error).__name__})")

    # A byte now and then holds a socket's own time limit off for ever: such a server gets one thread of ours, not more.
    reader = threading.Thread(target=read, name=READER, daemon=True)
    reader.start()
    reader.join(SECONDS)
    if isinstance(answered := found[0], Exception):
        raise answered
    return answered


class Tiles:
    """A tree of `size` leaves as the log's tiles give it: of no worth before its root is found to be the signed one."""

    def __init__(self, url: str, size: int) -> None:
        self.url, self.size = url, size
        self.known: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, index: int) -> bytes:
        """The hashes of one tile, as many as this size needs. Raises Bad where the log lacks it, and NotReached."""
        if (level, index) not in self.known:
            width = min(TILE, (self.size >> 8 * level) - TILE * index)
            groups = f"{index:,}".split(",")
            path = "/".join([*(f"x{group:0>3}" for group in groups[:-1]), f"{groups[-1]:0>3}"])
            names = [f"{path}.p/{width}", path] if width < TILE else [path]
            answers = (fetch(f"{self.url}/tile/{level}/{name}", TILE * HASH) for name in names)
            found = next((answer for answer in answers if answer is not None), None)
            if found is None or len(found) not in {width * HASH, TILE * HASH}:
                raise log.Bad(f"The log's checkpoint needs tile {level}/{path}, which is missing or too short.")
            above = self.tile(level + 1, index // TILE)[HASH * (index % TILE) :][:HASH] if width == TILE else None
            if above not in {None, log.root_hash(found)}:
                raise log.Bad(WRONG_TILES)
            self.known[level, index] = found[: width * HASH]
        return self.known[level, index]

    def range(self, first: int, last: int) -> bytes:
        """The hash over leaves first..last-1, for a range that RFC 9162, section 2.1 cuts the tree into."""
        count = last - first
        if count & (count - 1):
            middle = first + (1 << (count - 1).bit_length() - 1)
            return log.node_hash(self.range(first, middle), self.range(middle, last))
        level, height = divmod(count.bit_length() - 1, 8)
        index, place = divmod(first >> 8 * level, TILE)
        return log.root_hash(self.tile(level, index)[HASH * place : HASH * (place + (1 << height))])

    def root(self, size: int) -> bytes:
        """The root hash over the first `size` leaves."""
        return self.range(0, size) if size else log.root_hash(b"")

    def check(self, old: log.Checkpoint, new: log.Checkpoint) -> None:
        """Raise Bad unless the old checkpoint's tree is the start of the new one's, which is this one."""
        if new.size < old.size:
            raise log.Bad(f"The log was rolled back: it had {old.size} entries and now shows {new.size}.")
        # Every hash in a tile that is not full goes into this root, and every full tile was held against the one above.
        if self.root(new.size) != new.root:
            raise log.Bad(WRONG_TILES)
        if self.root(old.size) != old.root:
            done = "forked" if old.size == new.size else "rewritten"
            raise log.Bad(f"The log was {done}: its first {old.size} entries are not those that it had.")


def look(url: str, key: log.Key, state: Path, proof: Path | None = None) -> str:
    """Look once and remember; a sentence on what was found. Raises Bad for a complaint, NotReached and OSError."""
    known = state / "checkpoint"
    kept = log.open_checkpoint(known.read_text("utf-8"), key) if known.exists() else None
    note = fetch(f"{url}/checkpoint", NOTE_BYTES)
    if note is None:
        raise log.Bad("The log shows no checkpoint any more.") if kept else NotReached("there is no checkpoint yet")
    try:
        seen = log.open_checkpoint(note.decode("utf-8", "surrogateescape"), key)
        tiles = Tiles(url, seen.size)
        tiles.check(kept or log.Checkpoint(key.name, 0, log.root_hash(b""), "", ()), seen)
    except log.Bad:
        _keep(state / f"evidence-{hashlib.sha256(note).hexdigest()[:16]}.txt", note)
        raise
    _keep(state / "history" / f"{seen.size}.txt", note)
    _keep(known, note)
    if kept is None or seen.size > kept.size:
        (state / GROWN).touch()
    if proof is not None:
        tiles.check(log.check_proof(proof.read_text("utf-8"), key)[2], seen)
    more = f"{seen.size - kept.size} more than before, and what stood there is unchanged" if kept else "the first look"
    return f"{seen.size} entries: {more}."


def watch(options: argparse.Namespace, say: Callable[[str], object]) -> int:
    """Look once, or on and on, and say a line each time. Returns the exit code."""
    while True:
        grown, code, line = options.state / GROWN, FINE, ""
        try:
            options.state.mkdir(parents=True, exist_ok=True)
            with grown.open("ab") as alone:
                if fcntl is not None:
                    fcntl.flock(alone, fcntl.LOCK_EX)
                named = Path(options.key)
                key = log.parse_key((named.read_text("utf-8") if named.is_file() else options.key).strip())
                line = look(options.url.rstrip("/"), key, options.state, options.proof)
        except log.Bad as complaint:
            code, line = COMPLAINT, f"COMPLAINT: {complaint}"
        except (NotReached, OSError, ValueError) as error:
            code, line = NOT_LOOKED, f"Could not look: {error}"
        quiet = (time.time() - grown.stat().st_mtime) / 3600 if grown.exists() else 0
        if code != COMPLAINT and quiet > options.quiet_for:
            code, line = COMPLAINT, f"COMPLAINT: Nothing new for {quiet:.1f} hours. {line}"
        say(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}")
        if code == COMPLAINT or options.every is None:
            return code
        time.sleep(options.every)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the monitor is told."""
    parser.add_argument("url", help="the log's address, such as https://pictures.example.org/log")
    parser.add_argument("--key", required=True, help="the log's verifier key, or a file that holds it")
    parser.add_argument("--state", required=True, type=Path, metavar="FOLDER", help="where the monitor remembers")
    parser.add_argument("--every", type=float, metavar="SECONDS", help="look on and on, until there is a complaint")
    parser.add_argument("--quiet-for", type=float, metavar="HOURS", default=math.inf, help="then nothing new is wrong")
    parser.add_argument("--proof", type=Path, metavar="FILE", help="a receipt's .tlog-proof that the log must contain")


def _keep(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    with new.open("wb") as file:
        file.write(data)
        os.fsync(file.fileno())
    new.replace(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a word
    sys.exit(watch(parser.parse_args(), lambda line: sys.stdout.write(line + "\n") and sys.stdout.flush()))
