"""The worker's side: one zygote, started when needed, replaced when dead, and never trusted."""

import os
import signal
from dataclasses import replace

import pytest
from pytest_django import Settings

from contributions.decoder import asking, client, seccomp
from contributions.decoder.answer import FORMATS, Garbled, Rebuilt, Refused, pack, pack_refusal, unpack
from contributions.decoder.client import rebuild
from contributions.decoder.inspection import NotOurs, inspect
from tests.decoder import pictures
from tests.pictures import encoded


@pytest.fixture(scope="module")
def rebuilt() -> Rebuilt:
    return rebuild(encoded(pictures.photograph("coffee.png"), "JPEG"))


def test_one_zygote_serves_many_files_and_a_killed_one_is_replaced() -> None:
    data = encoded(pictures.four_corners(), "PNG")
    rebuild(data)
    first = asking.own_zygote().pid
    rebuild(data)
    assert first is not None
    assert asking.own_zygote().pid == first
    os.kill(first, signal.SIGKILL)
    assert rebuild(data).width == 96
    assert asking.own_zygote().pid not in {None, first}


def test_a_forked_worker_starts_a_zygote_of_its_own() -> None:
    rebuild(encoded(pictures.four_corners(), "PNG"))
    mine = asking.own_zygote()
    child = os.fork()
    if child == 0:
        os._exit(0 if asking.own_zygote() is not mine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.requirement("F4")
def test_without_a_filter_the_worker_refuses_to_decode(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(seccomp, "supported", lambda: False)
    settings.DECODE_WITHOUT_FILTER = False
    with pytest.raises(Refused, match="decoder_unavailable"):
        rebuild(encoded(pictures.four_corners(), "PNG"))


def test_a_zygote_that_cannot_start_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="decoder_unavailable"):
        client.Zygote("contributions.decoder.absent").ask(b"")


def test_answers_come_back_as_they_were_packed(rebuilt: Rebuilt) -> None:
    assert unpack(b"".join(pack(rebuilt))) == rebuilt
    with pytest.raises(Refused, match="truncated"):
        unpack(pack_refusal("truncated"))


@pytest.mark.requirement("F1")
def test_an_answer_that_is_not_whole_is_garbled(rebuilt: Rebuilt) -> None:
    answer = b"".join(pack(rebuilt))
    wrong_format = answer[:5] + bytes([len(FORMATS)]) + answer[6:]
    for bad in (b"", answer[:20], answer[:-1], answer + b"x", b"XXXX" + answer[4:], wrong_format):
        with pytest.raises(Garbled):
            unpack(bad)


@pytest.mark.requirement("F3", "F5")
def test_a_child_that_answers_with_other_files_is_not_believed(rebuilt: Rebuilt) -> None:
    inspect(rebuilt)
    comment = b"\xff\xfe\x00\x08hidden"
    photo = rebuilt.photo
    received = encoded(pictures.photograph("coffee.png"), "JPEG", comment=b"hidden")
    for other in (
        received,
        photo[:2] + comment + photo[2:],
        photo[:-2] + comment + photo[-2:],
        photo + b"trailer\xff\xd9",
        photo[:-2],
        photo.replace(b"ICC_PROFILE\0\1\1", b"ICC_PROFILE\0\1\2"),
        encoded(pictures.photograph("coffee.png"), "PNG"),
        b"",
    ):
        with pytest.raises(NotOurs):
            inspect(replace(rebuilt, photo=other))
        with pytest.raises(NotOurs):
            inspect(replace(rebuilt, thumbnail=other))
    with pytest.raises(NotOurs):
        inspect(replace(rebuilt, width=rebuilt.width + 1))
