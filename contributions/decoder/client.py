"""What the worker has made of a file by a confined child, and believes only as far as it can check it."""

from contributions.decoder.answer import Garbled, Rebuilt, Refused, unpack, unpack_frame
from contributions.decoder.asking import Zygote, ask, stop
from contributions.decoder.inspection import NotOurs, inspect
from contributions.decoder.orders import FRAME, REBUILD
from contributions.decoder.seeing import look

__all__ = ["Rebuilt", "Refused", "Zygote", "find_frame", "look", "rebuild", "stop"]


def rebuild(data: bytes) -> Rebuilt:
    """New pictures made from the received file `data`; raises Refused(code) with one of answer.REFUSALS."""
    try:
        rebuilt = unpack(ask(data, REBUILD))
        inspect(rebuilt)
    except (Garbled, NotOurs):
        raise Refused("not_a_picture") from None
    return rebuilt


def find_frame(rendition: bytes) -> list[float] | None:
    """Where the picture of a print lies in a rendition of ours (contributions.frames), None without a sure find.

    Raises Refused when no child could say.
    """
    try:
        return unpack_frame(ask(rendition, FRAME))
    except Garbled:
        raise Refused("not_a_picture") from None
