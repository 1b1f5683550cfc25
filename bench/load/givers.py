"""Givers who send real photos, each once the one before it was checked, and from addresses of their own."""

import json
import time
from collections.abc import Iterator, Sequence
from itertools import count
from random import Random
from typing import Final
from uuid import uuid4

from django.urls import reverse

from bench.annotators.client import Client
from bench.load.seen import Seen
from bench.slow_upload import phone

UPLOAD, STATE, READY = "upload", "state", "ready"
LOOK_SECONDS: Final = 1.0
# A list of chosen photos holds 20; one connection may send 60 in an hour.
IN_A_SENDING: Final = 10
# Addresses from 127.0.1.1 on.
_ADDRESSES: Final = 250


def send(port: int, giver: int, files: Sequence[bytes], until: float, seen: Seen) -> None:
    """Send until a moment (monotonic seconds); a photo that is not kept is an error."""
    chance = Random(giver)  # noqa: S311
    for sending in count():
        if time.monotonic() >= until:
            return
        source = f"127.0.{1 + giver}.{1 + sending % _ADDRESSES}"
        one = phone(source, port)
        client = Client(
            port,
            cookies=one.jar,
            headers={"Host": f"localhost:{port}", "Accept": "application/json"},
            source=source,
        )
        for number, file in enumerate(chance.sample(files, min(IN_A_SENDING, len(files))), start=1):
            if time.monotonic() < until:
                _one(client, {"csrfmiddlewaretoken": one.token, "number": str(number)}, file, until, seen)
        client.close()


def _one(client: Client, fields: dict[str, str], file: bytes, until: float, seen: Seen) -> None:
    told = {**fields, "client_key": str(uuid4())}
    begun = time.monotonic()
    answer = seen.timed(UPLOAD, lambda: client.upload(reverse("contributions:photo_add"), told, file, 201))
    if answer is None:
        return
    photo = json.loads(answer[1])["photo"]["id"]
    for state in _states(client, photo, until, seen):
        if state == "refused":
            seen.failed("a photo was not kept")
        if state != "received":
            seen.taken[READY].append(1000 * (time.monotonic() - begun))
            return


def _states(client: Client, photo: str, until: float, seen: Seen) -> Iterator[str]:
    """How the photo stands, once a second."""
    while time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        answer = seen.timed(STATE, lambda: client.get(reverse("contributions:sending_state"), 200))
        if answer is not None:
            yield from (one["state"] for one in json.loads(answer[1])["photos"] if one["id"] == photo)
