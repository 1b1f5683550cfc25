"""`python -m tests.services.inbox FOLDER ADDRESS SMTP WEB`: the mail catcher of `make run`, anywhere."""

import os
import socket
import sys


def main() -> None:
    """Listen, then be the mail catcher."""
    folder, address, *ports = sys.argv[1:]
    numbers = []
    for port in ports:
        listener = socket.create_server((address, int(port)))
        listener.set_inheritable(True)
        numbers.append(str(listener.detach()))
    os.execv(sys.executable, [sys.executable, "-m", "deploy.local.inbox", folder, *numbers])  # noqa: S606


if __name__ == "__main__":
    main()
