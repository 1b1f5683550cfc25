"""What one file, one sending, one connection and the whole site may hold, and what is said when it is too much."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MEGA = 1_000_000
CLIENT_HOURS = 1
MOST_PEOPLE = 100
STARTS_PER_CLIENT = 60

# By code: those of the decoder (contributions.decoder.answer.REFUSALS) and those of the limits here.
SENTENCES: Mapping[str, str | Promise] = {
    "too_large": _(
        "Photo %(number)d is %(size)d MB. The limit is %(file_mb)d MB. Send a smaller copy. Your other photos are kept."
    ),
    "too_many_files": _(
        "%(files)d photos fit in one sending and are here. Photo %(number)d was not kept: send it in the next one."
    ),
    # Said by the page's script alone, before anything of these is sent.
    "too_many_chosen": _("You chose %(chosen)d. %(files)d fit in one sending. The first %(files)d are here."),
    "too_many_bytes": _(
        "These photos are %(total)d MB together. The limit is %(sending_mb)d MB in one sending. The first %(count)d "
        "are here; send the rest next."
    ),
    "too_many_this_hour": _(
        "More than %(hourly_files)d photos or %(hourly_mb)d MB came over your connection in an hour, which is the "
        "limit. Photo %(number)d was not kept: send it in an hour. Your other photos are kept."
    ),
    "paused": _(
        "We are not taking new photos now. Photo %(number)d was not kept. Your other photos are kept: you can still "
        "say who is in them, and send them."
    ),
    "no_room": _(
        "We have no room for new photos just now. Photo %(number)d was not kept: send it tomorrow. Your other "
        "photos are kept."
    ),
    "too_many_pixels": _(
        "Photo %(number)d has too many pixels. The limit is %(megapixels)d megapixels. Send a smaller copy. Your other "
        "photos are kept."
    ),
    "not_a_picture": _(
        "Photo %(number)d is not a picture we can read. Use JPEG, PNG, WebP, HEIC or TIFF. Your other photos are kept."
    ),
    "truncated": _(
        "Photo %(number)d is not whole: a part of the file is missing. Choose it again, or send another copy. Your "
        "other photos are kept."
    ),
    "too_expensive": _(
        "Photo %(number)d takes too long to read. Save it as a JPEG and send that. Your other photos are kept."
    ),
}


class NotAdded(Exception):
    """A photo was not taken; `code` is a key of SENTENCES and `data` what its sentence says beside the limits."""

    def __init__(self, code: str, **data: int) -> None:
        super().__init__(code)
        self.code = code
        self.data = data

    def sentence(self, number: int) -> str:
        """What happened, the limit, and what to do, about the photo with this number."""
        return sentence(self.code, number=number, **self.data)


def sentence(code: str, *, number: int, **data: int) -> str:
    """The sentence of a refusal in the active language; an unknown code reads as a picture that cannot be read."""
    return str(SENTENCES.get(code, SENTENCES["not_a_picture"])) % {"number": number, **_limits(), **data}


def sentences_for_script() -> dict[str, dict[str, object]]:
    """The sentences that a script says by itself, and the limits in them; it fills in %(number)d and the like."""
    said = ("too_large", "too_many_chosen", "too_many_bytes")
    return {"sentences": {code: str(SENTENCES[code]) for code in said}, "limits": dict(_limits())}


def _limits() -> dict[str, int]:
    return {
        "file_mb": settings.UPLOAD_MAX_BYTES // MEGA,
        "files": settings.SENDING_MAX_FILES,
        "sending_mb": settings.SENDING_MAX_BYTES // MEGA,
        "hourly_files": settings.CLIENT_HOURLY_FILES,
        "hourly_mb": settings.CLIENT_HOURLY_BYTES // MEGA,
        "megapixels": settings.UPLOAD_MAX_PIXELS // MEGA,
    }


def megabytes(size: int) -> int:
    """Bytes as whole megabytes, rounded up."""
    return -(-size // MEGA)


def free_bytes() -> int:
    """What is left on the disk of the sealed files, in bytes."""
    folder = Path(settings.MEDIA_ROOT)
    return shutil.disk_usage(next(path for path in (folder, *folder.parents) if path.exists())).free
