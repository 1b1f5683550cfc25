"""Watch the log of My Pictures Matter from a machine of your own: verify_log.py must stand beside this file.

  python watch_log.py URL --key KEY --state FOLDER [--every SECONDS] [--proof FILE]

Each look fetches the log's newest checkpoint and proves, from its tiles of hashes (c2sp.org/tlog-tiles), that the log
only added to what stood there at the look before. FOLDER keeps the newest checkpoint, the earlier ones (history/) and
what does not fit them (evidence-*.txt). KEY is the log's verifier key or a file that holds it.
Exit code 0: all is well; 1: a complaint, and the sentence says which; 2: could not look.
"""

import argparse
import hashlib
import http.client
import os
import re
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

if __package__:
    from audit.standalone import verify_log as log
else:
    import verify_log as log  # type: ignore[import-not-found, no-redef]

FINE, COMPLAINT, NOT_LOOKED = 0, 1, 2
SAFE = re.compile(r"https://|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]+)?/")
SECONDS, NOTE_BYTES, TILE, HASH = 10.0, 65_536, 256, 32
# What another address says is not what this log says.
NO_REDIRECTS = type("NoRedirects", (urllib.request.HTTPRedirectHandler,), {"redirect_request": lambda *_: None})


class NotReached(Exception):
    """No answer that could be judged came: the network, or the log's server."""


def fetch(url: str, limit: int) -> bytes | None:
    """What stands there, None for nothing. Raises NotReached after SECONDS at most, and Bad above `limit` bytes."""
    if not SAFE.match(url):
        raise NotReached("the address must begin with https://")
    found: list[bytes | Exception | None] = [NotReached(f"no whole answer within {SECONDS:g} s")]

    def read() -> None:
        try:
            with urllib.request.build_opener(NO_REDIRECTS).open(url, timeout=SECONDS) as answer:
                body, promised = answer.read(limit + 1), int(answer.headers.get("Content-Length", 0))
            found[0] = body if len(body) >= min(promised, limit) else NotReached("the answer broke off")
            found[0] = log.Bad(f"{url} is longer than it can be.") if len(body) > limit else found[0]
        except urllib.error.HTTPError as error:
            error.close()
            found[0] = None if error.code in {404, 410} else NotReached(f"the server answered {error.code}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            found[0] = NotReached(f"no answer ({type(error).__name__})")

    # A server that sends a byte now and then would hold a socket's own time limit off for ever.
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(SECONDS)
    if isinstance(answered := found[0], Exception):
        raise answered
    return answered


def check_consistency(*, old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Raise Bad unless the old tree is the start of the new one (RFC 9162, section 2.1.4.2)."""
    if not 0 <= old_size <= size or any(len(one) != HASH for one in proof):
        raise log.Bad("The proof is not one for these two sizes.")
    if old_size in {0, size}:
        if proof or old_root != (log.root_hash(b"") if old_size == 0 else root) or (size == 0 and root != old_root):
            raise log.Bad(f"The log was forked: its {old_size} entries are not those that it had.")
        return
    at, last, rest = old_size - 1, size - 1, iter(proof)
    while at & 1:  # up to the full subtree where the old tree ends: there the way to both roots begins
        at, last = at >> 1, last >> 1
    old = new = next(rest, b"") if at else old_root  # a subtree at the left edge is the old root itself
    while last > 0:
        if at & 1 or at < last:
            beside = next(rest, b"")
            old = log.node_hash(beside, old) if at & 1 else old
            new = log.node_hash(beside, new) if at & 1 else log.node_hash(new, beside)
        at, last = at >> 1, last >> 1
    if (old, new) != (old_root, root) or next(rest, None) is not None:
        raise log.Bad(f"The log was rewritten: its first {old_size} entries are not those that it had.")


class Tiles:
    """A tree of `size` leaves as the log's tiles give it. Nothing here is believed before it leads to a signed root."""

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

    def consistency(self, old: int) -> list[bytes]:
        """The proof that the first `old` leaves, old <= size, stand unchanged (RFC 9162, section 2.1.4.1)."""
        first, last, proof = 0, self.size, list[bytes]()
        while old not in {0, last}:
            middle = first + (1 << (last - first - 1).bit_length() - 1)
            first, last, beside = (first, middle, (middle, last)) if old <= middle else (middle, last, (first, middle))
            proof.insert(0, self.range(*beside))
        return [self.range(first, last), *proof] if first else proof

    def check(self, old: log.Checkpoint, new: log.Checkpoint) -> None:
        """Raise Bad unless the old checkpoint's tree is the start of the new one's, which is this one."""
        if new.size < old.size:
            raise log.Bad(f"The log was rolled back: it had {old.size} entries and now shows {new.size}.")
        if new.size and self.range(0, new.size) != new.root:
            raise log.Bad("The log's tiles do not lead to its signed checkpoint.")
        proof = self.consistency(old.size)
        check_consistency(old_size=old.size, old_root=old.root, size=new.size, root=new.root, proof=proof)


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
    if proof is not None:
        tiles.check(log.check_proof(proof.read_text("utf-8"), key)[2], seen)
    more = f"{seen.size - kept.size} more than before, and what stood there is unchanged" if kept else "the first look"
    return f"{seen.size} entries: {more}."


def watch(options: argparse.Namespace, say: Callable[[str], object]) -> int:
    """Look once, or on and on, and say a line each time. Returns the exit code."""
    while True:
        try:
            named = Path(options.key)
            key = log.parse_key((named.read_text("utf-8") if named.is_file() else options.key).strip())
            code, line = FINE, look(options.url.rstrip("/"), key, options.state, options.proof)
        except log.Bad as complaint:
            code, line = COMPLAINT, f"COMPLAINT: {complaint}"
        except (NotReached, OSError, ValueError) as error:
            code, line = NOT_LOOKED, f"Could not look: {error}"
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
    sys.exit(watch(parser.parse_args(), lambda line: sys.stdout.write(line + "\n") and sys.stdout.flush()))
