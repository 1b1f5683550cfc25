"""A seccomp filter without any package: classic BPF by prctl. Only the calls listed here exist for the process.

An allow-list: what a codec needs to compute (memory, threads of its own, the clock) and to answer (read and write on
what is already open). Everything else is refused with EPERM, whatever a later kernel adds. Calls of another
architecture, x32 included, kill the process, because their numbers mean something else.
Numbers: Linux arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h; construction: seccomp(2).
"""

import ctypes
import errno
import platform
import struct
import sys
from typing import NamedTuple


class FilterUnavailable(OSError):
    """This kernel or machine cannot confine a child."""


class Table(NamedTuple):
    """One architecture: its audit number and the numbers of the calls the filter names."""

    audit: int
    plain: dict[str, int]
    mmap: int
    mprotect: int
    clone: int
    clone3: int


TABLES = {
    "x86_64": Table(
        audit=0xC000003E,
        plain={
            "read": 0,
            "write": 1,
            "close": 3,
            "fstat": 5,
            "lseek": 8,
            "munmap": 11,
            "brk": 12,
            "rt_sigaction": 13,
            "rt_sigprocmask": 14,
            "rt_sigreturn": 15,
            "writev": 20,
            "sched_yield": 24,
            "mremap": 25,
            "madvise": 28,
            "nanosleep": 35,
            "getpid": 39,
            "exit": 60,
            "gettimeofday": 96,
            "getrusage": 98,
            "sigaltstack": 131,
            "gettid": 186,
            "time": 201,
            "futex": 202,
            "sched_getaffinity": 204,
            "clock_gettime": 228,
            "clock_nanosleep": 230,
            "exit_group": 231,
            "set_robust_list": 273,
            "getrandom": 318,
            "membarrier": 324,
            "rseq": 334,
        },
        mmap=9,
        mprotect=10,
        clone=56,
        clone3=435,
    ),
    "aarch64": Table(
        audit=0xC00000B7,
        plain={
            "close": 57,
            "lseek": 62,
            "read": 63,
            "write": 64,
            "writev": 66,
            "fstat": 80,
            "exit": 93,
            "exit_group": 94,
            "futex": 98,
            "set_robust_list": 99,
            "nanosleep": 101,
            "clock_gettime": 113,
            "clock_nanosleep": 115,
            "sched_getaffinity": 123,
            "sched_yield": 124,
            "sigaltstack": 132,
            "rt_sigaction": 134,
            "rt_sigprocmask": 135,
            "rt_sigreturn": 139,
            "getrusage": 165,
            "gettimeofday": 169,
            "getpid": 172,
            "gettid": 178,
            "brk": 214,
            "munmap": 215,
            "mremap": 216,
            "madvise": 233,
            "getrandom": 278,
            "membarrier": 283,
            "rseq": 293,
        },
        mmap=222,
        mprotect=226,
        clone=220,
        clone3=435,
    ),
}

_LOAD, _EQUAL, _ANY_BIT, _MASK, _RETURN = 0x20, 0x15, 0x45, 0x54, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_REFUSE, _ABSENT = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _THIRD_ARGUMENT = 0, 4, 16, 32
_X32 = 0x40000000
_PROT_EXEC = 0x4
_CLONE_THREAD_OF_OURS = 0x00010000 | 0x00000800 | 0x00000100  # CLONE_THREAD | CLONE_SIGHAND | CLONE_VM
_CLONE_NAMESPACES = 0x7E020080  # CLONE_NEW* in the flags of clone
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_GET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 4, 22, 21, 38
_MODE_FILTER = 2

Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def supported() -> bool:
    """Whether this machine has a table and a kernel that knows filters."""
    if not sys.platform.startswith("linux") or platform.machine() not in TABLES or sys.maxsize < 2**32:
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) >= 0)


def program(table: Table) -> list[Instruction]:
    """The filter's instructions. What no rule allows falls through to the refusal at the end."""
    lines: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, table.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_ANY_BIT, 0, 1, _X32),
        (_RETURN, 0, 0, _KILL),
    ]
    for number in table.plain.values():
        lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    # Memory, but never executable: injected bytes stay data.
    for number in (table.mmap, table.mprotect):
        lines += [
            (_EQUAL, 0, 4, number),
            (_LOAD, 0, 0, _THIRD_ARGUMENT),
            (_ANY_BIT, 0, 1, _PROT_EXEC),
            (_RETURN, 0, 0, _REFUSE),
            (_RETURN, 0, 0, _ALLOW),
        ]
    # Codecs start threads. The flags of clone3 lie behind a pointer, so it does not exist here and libc takes clone.
    lines += [
        (_EQUAL, 0, 1, table.clone3),
        (_RETURN, 0, 0, _ABSENT),
        (_EQUAL, 0, 5, table.clone),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_ANY_BIT, 3, 0, _CLONE_NAMESPACES),
        (_MASK, 0, 0, _CLONE_THREAD_OF_OURS),
        (_EQUAL, 0, 1, _CLONE_THREAD_OF_OURS),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return lines


def install() -> None:
    """Confine the calling process for the rest of its life; raises FilterUnavailable when that cannot be done."""
    if not supported():
        raise FilterUnavailable("no filter for this machine")
    lines = program(TABLES[platform.machine()])
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in lines))
    wanted = _Program(len(lines), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    steps: tuple[tuple[object, ...], ...] = (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_DUMPABLE, 0, 0, 0, 0),
        (_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(wanted), 0, 0),
    )
    for step in steps:
        if libc.prctl(*step) != 0:
            raise FilterUnavailable(ctypes.get_errno(), "prctl refused the filter")
