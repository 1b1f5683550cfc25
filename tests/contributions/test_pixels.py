"""What a photo shows, as raw pixels: out of its sealed rendition and nothing else."""

from uuid import uuid4

import numpy as np
import pytest
from PIL import Image

from contributions import actions, intake
from contributions.decoder import seeing
from contributions.decoder.answer import Refused
from contributions.frames import WHOLE
from contributions.models import Photo
from contributions.queries import Look, PixelsUnavailable, pixels_of
from tests import pictures
from tests.builders import CLIENT, upload

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)


def rebuilt(data: bytes) -> Photo:
    """A photo as far as the first step brings it."""
    sending = actions.start(language="en", client=CLIENT)
    added = actions.add_photo(sending=sending.pk, upload=upload(data), client_key=uuid4(), number=1, client=CLIENT)
    intake.rebuild(added.photo.pk)
    return Photo.objects.get(pk=added.photo.pk)


@pytest.mark.requirement("S2")
def test_a_photo_is_looked_at_by_its_sealed_rendition(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = rebuilt(pictures.phone_jpeg(2400, 1800, name="coffee"))
    shown, cut = pixels_of(photo, [Look(512, 512), Look(2048, 2048, fits=True, frame=WHOLE)])
    assert (cut.width, cut.height) == (2048, 1536)
    seen = Image.frombytes("RGB", (shown.width, shown.height), shown.rgb)
    expected = pictures.picture("coffee", 2400, 1800).resize((512, 512), Image.Resampling.BOX)
    assert np.abs(np.asarray(seen, float) - np.asarray(expected, float)).mean() < 4

    def refusing(_data: bytes, _order: bytes) -> bytes:
        raise Refused("too_expensive")

    for says in (lambda _data, _order: b"MPML", refusing):
        monkeypatch.setattr(seeing, "ask", says)
        with pytest.raises(PixelsUnavailable):
            pixels_of(photo, [Look(8, 8)])


def test_a_photo_that_was_not_rebuilt_shows_nothing() -> None:
    with pytest.raises(PixelsUnavailable):
        pixels_of(Photo(), [Look(8, 8)])
