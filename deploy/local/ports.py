"""Listening sockets on loopback, opened by the supervisor and handed on: nobody can take them in between."""

import socket

TRIES = 20


class NoPortFree(Exception):
    """Every port that was tried is taken."""


def listen(wanted: int) -> socket.socket:
    """A socket that listens on the wanted port of 127.0.0.1 or the next free one; 0 takes any. Raises NoPortFree."""
    for port in range(wanted, wanted + TRIES) if wanted else [0]:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(128)
        except OSError:
            listener.close()
        else:
            return listener
    raise NoPortFree(f"The ports {wanted} to {wanted + TRIES - 1} are all taken; MPM_PORT names another first one.")


def number(listener: socket.socket) -> int:
    """The port that a socket listens on."""
    port: int = listener.getsockname()[1]
    return port
