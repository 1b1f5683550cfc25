"""Givers who send photo after photo, each again until the site says that it has it, as the page's script does."""

import http.client
import json
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Final

from tests.pictures import png
from tests.services.giving import Phone, multipart
from tests.services.nginx import Nginx

ANSWER_SECONDS: Final = 20
PATIENCE: Final = 240
PAUSE: Final = 0.5
_WIDTHS: Final = count(500)


class Giver(Phone):
    """One browser."""

    def __init__(self, nginx: Nginx, name: str) -> None:
        super().__init__(nginx)
        self.name = name
        self._number = 0

    def adds(self, picture: bytes, failed: "Counter[str]") -> str:
        """Send one photo until it is acknowledged; its id. Raises AssertionError for a refusal, TimeoutError."""
        self._number += 1
        fields = self._fields(self._number)
        last = time.monotonic() + PATIENCE
        while time.monotonic() < last:
            try:
                status, said = self._post(fields, picture)
            except (OSError, http.client.HTTPException) as error:
                failed[type(error).__name__] += 1
            else:
                if status < http.HTTPStatus.MULTIPLE_CHOICES:
                    return str(json.loads(said)["photo"]["id"])
                assert status >= http.HTTPStatus.INTERNAL_SERVER_ERROR, f"{status}: {said!r}"
                failed[str(status)] += 1
            time.sleep(PAUSE)
        raise TimeoutError(f"{self.name}: not acknowledged after {PATIENCE} s")

    def _post(self, fields: dict[str, str], picture: bytes) -> tuple[int, bytes]:
        kind, body = multipart(fields, picture)
        told = {**self._headers(), "Content-Type": kind, "Accept": "application/json", "Connection": "close"}
        connection = http.client.HTTPSConnection(
            self._nginx.host.address, self._nginx.port, timeout=ANSWER_SECONDS, context=self._nginx.trust()
        )
        try:
            connection.request("POST", "/give/photos/add/", body, told)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


class Givers:
    """Several at once. Each sends when it is let: `let(n)` is for n photos, whoever comes first."""

    def __init__(self, nginx: Nginx, names: Sequence[str]) -> None:
        self.acknowledged: list[str] = []
        self.failed: Counter[str] = Counter()
        self.wrong: list[BaseException] = []
        self._asked = 0
        self._queue: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        givers = [Giver(nginx, name) for name in names]
        self._threads = [threading.Thread(target=self._give, args=(giver,)) for giver in givers]

    def let(self, photos: int) -> None:
        """Have so many more photos sent, each another."""
        for _ in range(photos):
            self._asked += 1
            self._queue.put(next(_WIDTHS))

    @property
    def under_way(self) -> int:
        """How many photos are not acknowledged yet. Raises what stopped a giver."""
        for error in self.wrong:
            raise error
        return self._asked - len(self.acknowledged)

    @contextmanager
    def at_work(self) -> Iterator["Givers"]:
        """Their threads, until the block ends and every photo that was let is acknowledged."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            for _thread in self._threads:
                self._queue.put(None)
            for thread in self._threads:
                thread.join()
        assert not self.under_way

    def _give(self, giver: Giver) -> None:
        try:
            while (width := self._queue.get()) is not None:
                self.acknowledged.append(giver.adds(png(width, 400), self.failed))
        except BaseException as error:  # noqa: BLE001 - the test's own thread raises it again
            self.wrong.append(error)
