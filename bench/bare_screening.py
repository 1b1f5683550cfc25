"""What the libraries take for a photo's way from bytes to verdict when they are called in one loop: the yardstick.

The calls are those that the steps make: each begins with a file and decodes it. Nothing is sealed, confined, checked or
written down. Looking for a print's border is no library's work, and stands in no loop. The loop has a process of its
own, as the bare loop of bench.rebuild has.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter
from typing import TypeVar
from uuid import uuid4

import django
import faiss
import numpy as np
import onnxruntime
from django.db import connection
from PIL import Image

django.setup()

from bench.rebuild import bare  # noqa: E402 -- after the settings
from contributions.queries import Look, Pixels  # noqa: E402
from screening.classifying import open_nsfw, weights  # noqa: E402
from screening.hashing import LOOK, hashed  # noqa: E402
from screening.queries.duplicates import REVIEW, scan  # noqa: E402

BITS = 256
Result = TypeVar("Result")


@contextmanager
def apart(hashes: int) -> Iterator[Callable[[bytes], dict[str, float]]]:
    """A Bare with so many hashes in a process of its own, on the same core."""
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(theirs, hashes))
    process.start()
    theirs.close()

    def asked(data: bytes) -> dict[str, float]:
        ours.send_bytes(data)
        taken: dict[str, float] = ours.recv()
        return taken

    try:
        yield asked
    finally:
        ours.close()
        process.join()


def _serve(channel: Connection, hashes: int) -> None:
    library = Bare(hashes)
    while True:
        try:
            channel.send(library(channel.recv_bytes()))
        except EOFError:
            return


class Bare:
    """Decode, encode four pictures, hash, look up in a list, score, compare with the collection."""

    def __init__(self, hashes: int) -> None:
        """Load the classifier, and a made-up list of so many hashes."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(weights.read(), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        self._list = faiss.IndexBinaryFlat(BITS)
        self._list.add(np.random.default_rng(6).integers(0, 256, (hashes, BITS // 8), np.uint8))

    def __call__(self, data: bytes) -> dict[str, float]:
        """Seconds of each step's calls for one photo, from its received bytes."""
        taken: dict[str, float] = {}

        def timed(name: str, call: Callable[[], Result]) -> Result:
            begun = perf_counter()
            result = call()
            taken[name] = perf_counter() - begun
            return result

        rendition = timed("rebuild", lambda: bare(data))[1]
        turns = timed("match_known", lambda: self._matched(rendition))
        timed("classify", lambda: self._scored(rendition))
        timed("find_duplicates", lambda: _compared(turns))
        return taken

    def _matched(self, rendition: bytes) -> Sequence[bytes]:
        turns = hashed(_seen(rendition, LOOK)).turns
        self._list.search(np.frombuffer(b"".join(turns), np.uint8).reshape(-1, BITS // 8), 1)
        return turns

    def _scored(self, rendition: bytes) -> None:
        self._session.run(None, {self._input: open_nsfw.prepared(_seen(rendition, open_nsfw.LOOK))})


def _compared(turns: Sequence[bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(*scan(turns, uuid4(), REVIEW))
        cursor.fetchall()


def _seen(rendition: bytes, look: Look) -> Pixels:
    squashed = Image.open(BytesIO(rendition)).convert("RGB").resize((look.width, look.height), Image.Resampling.BOX)
    return Pixels(look.width, look.height, squashed.tobytes())
