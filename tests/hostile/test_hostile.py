"""Hostile files through the pages and the workers: no error page, no dead worker, no stuck row, no word left."""

import logging
import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse
from pytest_django import Settings

from contributions import actions
from contributions.decoder import asking
from contributions.decoder.answer import REFUSALS
from contributions.models import Photo, Step
from contributions.transitions import PhotoState
from tests import soak
from tests.contributions.giving import JSON, Browser
from tests.dumps import tables
from tests.hostile.corpus import corpus
from tests.hostile.file import CANARY, Hostile, photo
from vault import actions as vault
from vault.incoming import folder

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)

FEW = 28
PLAIN_JPEG = (b"\xff\xd8\xff\xe0\x00\x10JFIF", b"\xff\xd9")


@pytest.fixture
def sender(settings: Settings) -> Browser:
    settings.SENDING_MAX_FILES = settings.CLIENT_HOURLY_FILES = 100_000
    settings.SENDING_MAX_BYTES = settings.CLIENT_HOURLY_BYTES = 10**12
    return Browser(raise_request_exception=False).start()


def sent(sender: Browser, hostile: Hostile) -> Any:
    """The answer to this file."""
    file = SimpleUploadedFile("x", hostile.data, hostile.content_type)
    # The browser's own word for it; Django's class would clean it.
    file._name = hostile.file_name  # type: ignore[attr-defined]
    fields = {"photo": file, "client_key": uuid4(), "number": ""}
    return sender.post(reverse("contributions:photo_add"), fields, headers=JSON)


def kept(received: Photo) -> Iterator[bytes]:
    """Whatever was made of a file, unsealed."""
    for made in (received.full, received.rendition, received.thumbnail, received.preview):
        if made is not None:
            yield vault.read(made)


def stored() -> Iterator[tuple[str, bytes]]:
    """Every row of both databases."""
    for alias in ("default", "identity"):
        yield from tables(os.environ["MPM_TEST_SUPERUSER_URL"], str(connections[alias].settings_dict["NAME"]))


def became(received: Photo) -> str:
    """What became of a file, in the corpus's words; raises AssertionError when something of it is left."""
    actions.run(photo_id=received.pk)
    received = Photo.objects.select_related("full__key", "preview__key").get(pk=received.pk)
    assert not Step.objects.filter(photo=received, done_at__isnull=True).exists(), "stuck"
    if received.state == PhotoState.REFUSED:
        assert received.refusal in REFUSALS
        assert list(kept(received)) == []
        return "refused"
    files = list(kept(received))
    assert received.state == PhotoState.READY
    assert len(files) == 4
    assert all(file.startswith(PLAIN_JPEG[0]) and file.endswith(PLAIN_JPEG[1]) for file in files)
    assert not any(CANARY in file for file in files), "a word is left"
    return "picture"


@pytest.mark.requirement("F1", "F3", "F5")
@pytest.mark.parametrize("number", [FEW, pytest.param(600, marks=pytest.mark.soak)])
def test_hostile_files_end_as_pictures_or_refusals_and_leave_nothing_else(
    sender: Browser, number: int, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    files = list(corpus(number))
    caplog.set_level(logging.DEBUG)
    asking.ask(photo("PNG"), b"R")
    zygote = asking.own_zygote().pid
    answers, fates = {}, {}
    for hostile in files:
        answer = sent(sender, hostile)
        answers[hostile.name] = answer.status_code
        if answer.status_code == 201:
            fate = became(Photo.objects.get(pk=answer.json()["photo"]["id"]))
            fates[hostile.name] = (fate, fate if hostile.fate == "either" else hostile.fate)
    assert {name: code for name, code in answers.items() if code not in {201, 400, 422}} == {}
    assert {name: fate for name, fate in fates.items() if len(set(fate)) > 1} == {}
    # Nearly every one came as far as the workers, and of either end there are many: the test can fail.
    assert len(fates) >= 0.95 * number
    assert min(sum(fate[0] == end for fate in fates.values()) for end in ("picture", "refused")) > number / 5
    assert asking.own_zygote().pid == zygote
    assert not Step.objects.filter(done_at__isnull=True).exists()
    assert list(folder().iterdir()) == []
    assert CANARY.decode() not in caplog.text
    assert [table for table, content in stored() if CANARY in content] == []
    if request.node.get_closest_marker("soak"):
        soak.write_down(
            "hostile files", f"{number} through pages and workers: {_counted(fates)}; 0 errors, 0 words left"
        )


def _counted(fates: dict[str, tuple[str, str]]) -> str:
    ends = [fate for fate, _expected in fates.values()]
    return f"{ends.count('picture')} pictures, {ends.count('refused')} refused"
