"""The process that forks a child per file. Started with an empty environment before it could see any key.

It never reads a received byte: it gets a descriptor, hands it to a child and waits for the child's end. One order at a
time, one child at a time; when the worker is gone the socket ends and so does the zygote.
Run by `client`: python -E -s -m contributions.decoder.zygote SOCKET MAX_PIXELS WITHOUT_FILTER
"""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Mapping

from contributions.decoder import border, looking, seccomp
from contributions.decoder.answer import Refused, pack, pack_frame, pack_refusal
from contributions.decoder.confine import confine
from contributions.decoder.orders import ENDED_BADLY, ENDED_BY_LIMIT, ENDED_WELL, FRAME, LOOK, REBUILD
from contributions.decoder.rebuild import rebuild, warm

Work = Callable[[bytes, int], Iterable[bytes]]

_LIMIT_SIGNALS = {signal.SIGXCPU, signal.SIGKILL, signal.SIGALRM}
_BLOCK = 1 << 20


def rebuilt_or_refused(data: bytes, max_pixels: int) -> Iterable[bytes]:
    """The child's work: an answer in any case."""
    try:
        return pack(rebuild(data, max_pixels=max_pixels))
    except Refused as refused:
        return [pack_refusal(refused.code)]
    except Exception:  # noqa: BLE001 - a child that answers is better than one that dies
        return [pack_refusal("not_a_picture")]


def frame_or_none(data: bytes, _max_pixels: int) -> Iterable[bytes]:
    """The child's other work: where the picture of a print lies in a rendition of ours. Any failure is no frame."""
    try:
        return [pack_frame(border.find(data))]
    except Exception:  # noqa: BLE001 - as above
        return [pack_frame(None)]


def pixels_wanted(data: bytes, _max_pixels: int) -> Iterable[bytes]:
    """The child's third work: raw pixels of a rendition of ours. Whoever fails at it ends, and so does the answer."""
    return looking.look(data)


WORKS: dict[bytes, Work] = {REBUILD: rebuilt_or_refused, FRAME: frame_or_none, LOOK: pixels_wanted}


def serve(control: socket.socket, *, max_pixels: int, without_filter: bool, works: Mapping[bytes, Work]) -> None:
    """Take orders until the worker hangs up. An order is one byte, a key of `works`, and the socket to the child."""
    while True:
        order, descriptors, _flags, _address = socket.recv_fds(control, 1, 1)
        if order not in works or len(descriptors) != 1:
            return
        [channel] = descriptors
        child = os.fork()
        if child == 0:
            _live(channel, max_pixels=max_pixels, without_filter=without_filter, work=works[order])
        os.close(channel)
        _pid, status = os.waitpid(child, 0)
        control.sendall(_ending(status))


def _ending(status: int) -> bytes:
    if os.WIFSIGNALED(status):
        return ENDED_BY_LIMIT if os.WTERMSIG(status) in _LIMIT_SIGNALS else ENDED_BADLY
    return ENDED_WELL if os.WEXITSTATUS(status) == 0 else ENDED_BADLY


def _live(channel: int, *, max_pixels: int, without_filter: bool, work: Work) -> None:
    """The child's whole life; it never returns into the zygote."""
    code = 1
    try:
        try:
            confine(channel, without_filter=without_filter)
        except seccomp.FilterUnavailable:
            _write(channel, pack_refusal("decoder_unavailable"))
        else:
            for piece in work(_read(channel), max_pixels):
                _write(channel, piece)
        code = 0
    except MemoryError:
        _write(channel, pack_refusal("too_expensive"))
        code = 0
    finally:
        os._exit(code)


def _read(channel: int) -> bytes:
    pieces = []
    while piece := os.read(channel, _BLOCK):
        pieces.append(piece)
    return b"".join(pieces)


def _write(channel: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(channel, rest[:_BLOCK]) :]


def main(works: Mapping[bytes, Work] = WORKS) -> None:
    """Warm up, then serve on the descriptor named by the first argument."""
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warm()
    border.warm()
    looking.warm()
    os.chdir("/")
    control.sendall(ENDED_WELL)
    serve(control, max_pixels=int(sys.argv[2]), without_filter=sys.argv[3] == "1", works=works)


if __name__ == "__main__":
    main()
