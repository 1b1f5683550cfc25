"""The model that reads prints, for once the real one: what it finds, and that it asks no network for anything."""

import socket

import pytest
from PIL import Image, ImageDraw, ImageFont

from contributions.queries import Pixels


def test_a_caption_is_found_and_read_without_any_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_address: object) -> None:
        raise AssertionError("something asked the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    # Loaded here, where nothing can be fetched, and by no other test.
    text = pytest.importorskip("annotation.suggesting.text")
    picture = Image.new("RGB", (640, 480), (90, 140, 100))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 400, 640, 480), fill="white")
    draw.text((60, 418), "Summer 1994", fill="black", font=ImageFont.load_default(size=40))
    (line,) = text.find(Pixels(640, 480, picture.tobytes()))
    assert line.words == "Summer 1994"
    left, top, right, bottom = draw.textbbox((60, 418), "Summer 1994", font=ImageFont.load_default(size=40))
    assert line.box.left * 640 < left < right < line.box.right * 640
    assert line.box.top * 480 < top < bottom < line.box.bottom * 480
    assert text.find(Pixels(320, 240, bytes(320 * 240 * 3))) == []
