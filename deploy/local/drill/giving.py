"""Somebody who gives drawn pictures and agrees, by the same actions as the pages."""

import io
import random
from collections.abc import Sequence
from itertools import islice
from uuid import UUID, uuid4

from PIL import Image, ImageDraw

from consent.models import Method
from consent.queries import latest_notice
from contributions import actions
from contributions.models import Basis, Contribution, Photo
from identity.models import Link
from vault.uploads import SealedUpload, SealingUploadHandler

MOST_IN_A_SENDING = 20


def give(count: int) -> list[Photo]:
    """So many photos, each rebuilt, judged, marked and agreed to."""
    given: list[Photo] = []
    while len(given) < count:
        given += _sending(min(MOST_IN_A_SENDING, count - len(given)))
    return given


def erase(photos: Sequence[Photo]) -> None:
    """Withdraw these photos and have them erased without the wait."""
    for sending in {photo.contribution_id for photo in photos}:
        participant = Contribution.objects.get(pk=sending).participant
        if participant is None:
            raise LookupError(f"sending {sending} was never sent")
        own = [photo.pk for photo in photos if photo.contribution_id == sending]
        actions.withdraw(participant=participant, photos=own, decision=uuid4(), method=Method.PAGE)
        actions.erase_now(participant=participant, photos=own)
    for photo in photos:
        actions.run(photo_id=photo.pk)
        actions.erase(photo_id=photo.pk)


def _sending(count: int) -> list[Photo]:
    client = uuid4().hex
    sending = actions.start(language="en", client=client).pk
    for number in range(1, count + 1):
        added = actions.add_photo(
            sending=sending, upload=_upload(_drawing()), client_key=uuid4(), number=number, client=client
        )
        actions.run(photo_id=added.photo.pk)
        person = actions.add_person(photo=added.photo, x=0.5, y=0.5)
        actions.edit_person(person=person, language="en", age_text="7", basis=Basis.SELF)
    actions.send(sending=sending, address=f"{client}@example.org", language="en")
    _agree(sending)
    photos = list(Photo.objects.filter(contribution=sending).order_by("number"))
    for photo in photos:
        actions.run(photo_id=photo.pk)
    return photos


def _agree(sending: UUID) -> None:
    notice = latest_notice("en")
    if notice is None:
        raise LookupError("no notice is published")
    link = Link.objects.filter(subject=sending, closed_at__isnull=True).latest("created_at")
    actions.answer(link=link.pk, choices={"research"}, notice=notice)


def _upload(data: bytes) -> SealedUpload:
    """The bytes as the upload handler leaves them."""
    handler = SealingUploadHandler()
    handler.new_file("photo", "drawing.png", "image/png", len(data))
    pieces = iter(range(0, len(data), handler.chunk_size))
    for start in islice(pieces, None):
        handler.receive_data_chunk(data[start : start + handler.chunk_size], start)
    return handler.file_complete(len(data))


def _drawing() -> bytes:
    """A picture of discs that nobody drew before, so that its bytes stand nowhere else."""
    draw = random.SystemRandom()
    image = Image.effect_noise((320, 240), 60).convert("RGB")
    pen = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, r = draw.randrange(320), draw.randrange(240), draw.randrange(5, 60)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=tuple(draw.randrange(256) for _ in range(3)))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
