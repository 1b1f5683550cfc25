"""A zygote whose children try to break out instead of decoding, under exactly the confinement of the real one.

Run by Zygote("tests.decoder.probes"); the "file" names what to try, the answer says how it went as JSON.
"""

import ctypes
import json
import os
import platform
import signal
import time
from collections.abc import Callable, Sequence

from contributions.decoder import confine, orders, zygote

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_AT_CWD, _PATH, _ARGS = -100, b"/etc/hostname", (ctypes.c_char_p * 2)(b"/bin/true", None)
_X86 = platform.machine() == "x86_64"
# The id of no process: the kernel gives numbers below 2**22.
NOBODYS = 2**22 + 1
# Name: number on x86-64 (0: none), number on aarch64 (0: none), arguments that would work.
CALLS: dict[str, tuple[int, int, tuple[object, ...]]] = {
    "open": (2, 0, (_PATH, 0)),
    "creat": (85, 0, (b"/tmp/broken-out", 0o600)),
    "openat": (257, 56, (_AT_CWD, _PATH, 0)),
    "openat2": (437, 437, (_AT_CWD, _PATH, bytes(24), 24)),
    "stat": (4, 79, (_PATH, bytes(256)) if _X86 else (_AT_CWD, _PATH, bytes(256), 0)),
    "access": (21, 48, (_PATH, 0) if _X86 else (_AT_CWD, _PATH, 0)),
    "unlink": (87, 35, (b"/tmp/broken-out",) if _X86 else (_AT_CWD, b"/tmp/broken-out", 0)),
    "socket": (41, 198, (1, 1, 0)),
    "socketpair": (53, 199, (1, 1, 0, bytes(8))),
    "connect": (42, 203, (0, bytes(16), 16)),
    "bind": (49, 200, (0, bytes(16), 16)),
    "sendmsg": (46, 211, (0, bytes(56), 0)),
    "recvmsg": (47, 212, (0, bytes(56), 0)),
    "execve": (59, 221, (b"/bin/true", _ARGS, None)),
    "execveat": (322, 281, (_AT_CWD, b"/bin/true", _ARGS, None, 0)),
    "fork": (57, 0, ()),
    "vfork": (58, 0, ()),
    "clone": (56, 220, (signal.SIGCHLD, 0, 0, 0, 0)),
    "clone3": (435, 435, (bytes(88), 88)),
    # Aimed so that without the filter any user is told something else than "not permitted".
    "kill": (62, 129, (0, 0)),
    "tkill": (200, 130, (NOBODYS, 0)),
    "tgkill": (234, 131, (NOBODYS, NOBODYS, 0)),
    "pidfd_open": (434, 434, (1, 0)),
    "pidfd_send_signal": (424, 424, (0, 0, None, 0)),
    "ptrace": (101, 117, (16, 1, 0, 0)),
    "process_vm_readv": (310, 270, (1, None, 0, None, 0, 0)),
    "process_vm_writev": (311, 271, (1, None, 0, None, 0, 0)),
    "prctl": (157, 167, (4, 1, 0, 0, 0)),
    "prlimit": (302, 261, (0, 0, None, bytes(16))),
    "alarm": (37, 0, (0,)),
    "setitimer": (38, 103, (0, bytes(32), None)),
    "setuid": (105, 146, (0,)),
    "setsid": (112, 157, ()),
    "memfd_create": (319, 279, (b"x", 0)),
    "io_uring_setup": (425, 425, (1, bytes(120))),
    "bpf": (321, 280, (0, bytes(48), 48)),
    "keyctl": (250, 219, (0, 0, 0, 0, 0)),
    "userfaultfd": (323, 282, (0,)),
    "perf_event_open": (298, 241, (bytes(128), 0, -1, -1, 0)),
    "mount": (165, 40, (b"none", b"/mnt", b"tmpfs", 0, None)),
    "unshare": (272, 97, (0x10000000,)),
    "setns": (308, 268, (0, 0)),
    "chdir": (80, 49, (b"/tmp",)),
    "dup": (32, 23, (0,)),
    "pipe2": (293, 59, (bytes(8), 0)),
    "shmget": (29, 194, (0, 4096, 0o1600)),
    "ioctl": (16, 29, (0, 0x5401, bytes(60))),
}


def calls() -> dict[str, str]:
    """Every call that this machine has, and the name of the error it ended in; "allowed" when it did not."""
    found = {}
    for name, (x86, arm, arguments) in CALLS.items():
        if number := x86 if _X86 else arm:
            ctypes.set_errno(0)
            result = _libc.syscall(number, *arguments)
            found[name] = "allowed" if result >= 0 else str(ctypes.get_errno())
    return found


def memory() -> dict[str, str]:
    """Whether memory can be made executable."""
    _libc.mmap.restype = ctypes.c_void_p
    made = _libc.mmap(None, 4096, 7, 0x22, -1, 0)
    return {"executable memory": "allowed" if made not in (None, 2**64 - 1) else str(ctypes.get_errno())}


def files() -> dict[str, str]:
    """Descriptors that are open, beside the one to the worker."""
    found = []
    for descriptor in range(256):
        try:
            os.lseek(descriptor, 0, os.SEEK_CUR)
            found.append(str(descriptor))
        except OSError as error:
            if error.errno != 9:
                found.append(f"{descriptor}:{error.errno}")
    return {"open": " ".join(found), "environment": str(dict(os.environ))}


def crash() -> dict[str, str]:
    """Touch memory that is not there."""
    ctypes.string_at(8)
    return {}


def burn() -> dict[str, str]:
    """Compute for ever."""
    while True:
        pass


def swell() -> dict[str, str]:
    """Take memory for ever."""
    taken = []
    while True:
        taken.append(bytearray(50_000_000))


def sleep() -> dict[str, str]:
    """Do nothing for longer than anybody waits."""
    time.sleep(600)
    return {}


def foreign() -> dict[str, str]:
    """A call by the numbers of x32."""
    _libc.syscall(0x40000000 + 39)
    return {"x32": "allowed"}


TRIES: dict[str, Callable[[], dict[str, str]]] = {
    each.__name__: each for each in (calls, memory, files, crash, burn, swell, sleep, foreign)
}


def work(data: bytes, _max_pixels: int) -> Sequence[bytes]:
    """Try what the order names."""
    return [json.dumps(TRIES[data.decode()]()).encode()]


def main() -> None:
    """Serve, with less time for `burn` than the real one gives."""
    confine.CPU_SECONDS = 2
    zygote.main(dict.fromkeys((orders.REBUILD, orders.FRAME, orders.LOOK), work))


if __name__ == "__main__":
    main()
