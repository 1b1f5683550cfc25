"""Several hosts on one machine: a network namespace for each, and links between them that can be cut.

No address of theirs exists outside: the switches stand in a namespace of their own, and the test enters one, too.
"""

import ctypes
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

from tests.services.host import Host

IP: Final = shutil.which("ip", path="/usr/sbin:/usr/bin:/sbin:/bin")
TC: Final = shutil.which("tc", path="/usr/sbin:/usr/bin:/sbin:/bin")
# People reach the site over the one, its parts each other over the other.
FRONT, BACK = "front", "back"
RANGES: Final = {FRONT: "10.213.1", BACK: "10.213.2"}
ADDRESSES: Final = "10.213.0.0/22"
WEB, ONE, TWO, SERVICES, DESK = "web", "one", "two", "services", "desk"
WIRES: Final = {WEB: (FRONT, BACK), ONE: (BACK,), TWO: (BACK,), SERVICES: (BACK,), DESK: (FRONT, BACK)}
_SWITCH: Final = "switch"
_PREFIX: Final = "mpm-hosts-"
_NETWORK: Final = 0x40000000  # CLONE_NEWNET
_OWN: Final = Path("/proc/thread-self/ns/net")


class Network:
    """The hosts by name: whoever gives photos (the test itself) sits at the desk."""

    def __init__(self) -> None:
        self._name = f"{_PREFIX}{os.getpid()}-"

    def host(self, name: str, wire: str = BACK) -> Host:
        """A host as its address on one of its wires."""
        number = list(WIRES).index(name) + 1
        return Host(f"{RANGES[wire]}.{number}", (IP or "ip", "netns", "exec", self._name + name))

    def build(self) -> None:
        """Make namespaces, switches and wires. Raises CalledProcessError."""
        _remove_left_over()
        for name in (_SWITCH, *WIRES):
            _ip("netns", "add", self._name + name)
            self._in(name, "link", "set", "lo", "up")
        for wire in RANGES:
            self._in(_SWITCH, "link", "add", wire, "type", "bridge")
            self._in(_SWITCH, "link", "set", wire, "up")
        for name, wires in WIRES.items():
            for wire in wires:
                self._connect(name, wire)

    def remove(self) -> None:
        """Remove everything; a namespace ends with the last process in it."""
        for name in (*WIRES, _SWITCH):
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "del", self._name + name)

    def cut(self, name: str, wire: str = BACK) -> None:
        """Pull a host's cable out: what is sent is lost, and nobody is told."""
        self._in(_SWITCH, "link", "set", f"{name}-{wire}", "down")

    def mend(self, name: str, wire: str = BACK) -> None:
        """Put the cable back."""
        self._in(_SWITCH, "link", "set", f"{name}-{wire}", "up")

    @contextmanager
    def without(self, name: str, wire: str = BACK) -> Iterator[None]:
        """A host whose cable is out until the block ends."""
        self.cut(name, wire)
        try:
            yield
        finally:
            self.mend(name, wire)

    @contextmanager
    def slow(self, *names: str, rate: str) -> Iterator[None]:
        """Hosts with a slow line, both ways (a rate as `tc` takes it, such as 4mbit), until the block ends."""
        ends = [(_SWITCH, f"{name}-{BACK}") for name in names] + [(name, BACK) for name in names]
        for place, link in ends:
            self._tc(place, "add", link, "tbf", "rate", rate, "burst", "32k", "latency", "400ms")
        try:
            yield
        finally:
            for place, link in ends:
                self._tc(place, "del", link)

    @contextmanager
    def entered(self, name: str = DESK) -> Iterator[None]:
        """Have this thread, and what it starts, be on a host until the block ends."""
        with _OWN.open() as before, Path("/run/netns", self._name + name).open() as other:
            _enter(other.fileno())
            try:
                yield
            finally:
                _enter(before.fileno())

    def _connect(self, name: str, wire: str) -> None:
        host, port = self.host(name, wire), f"{name}-{wire}"
        self._in(_SWITCH, "link", "add", port, "type", "veth", "peer", "name", wire, "netns", self._name + name)
        self._in(_SWITCH, "link", "set", port, "master", wire)
        self._in(_SWITCH, "link", "set", port, "up")
        self._in(name, "addr", "add", f"{host.address}/24", "dev", wire)
        self._in(name, "link", "set", wire, "up")

    def _in(self, name: str, *command: str) -> None:
        _ip("-n", self._name + name, *command)

    def _tc(self, name: str, what: str, link: str, *how: str) -> None:
        _run(TC or "tc", "-n", self._name + name, "qdisc", what, "dev", link, "root", *how)


@contextmanager
def network() -> Iterator[Network]:
    """Hosts that this thread is among, gone at the end; skips the test where a machine does not allow them."""
    assert threading.current_thread() is threading.main_thread()
    if os.geteuid() != 0 or IP is None or TC is None:
        pytest.skip("Several hosts on one machine take root and the programs ip and tc.")
    made = Network()
    try:
        try:
            made.build()
        except subprocess.CalledProcessError as error:
            pytest.skip(f"This machine allows no network namespaces: {error.stderr.strip()}")
        with made.entered():
            yield made
    finally:
        made.remove()


def _remove_left_over() -> None:
    """Of a run that was killed."""
    for place in Path("/run/netns").glob(f"{_PREFIX}*"):
        owner = place.name.removeprefix(_PREFIX).partition("-")[0]
        if not Path("/proc", owner).exists():
            _ip("netns", "del", place.name)


def _enter(namespace: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.setns(namespace, _NETWORK):
        raise OSError(ctypes.get_errno(), "no way into the network namespace")


def _ip(*command: str) -> None:
    _run(IP or "ip", *command)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=20)
