"""`python -m deploy.local.inbox FOLDER SMTP WEB`: the two numbers are sockets that listen already."""

import asyncio
import signal
import socket
import sys
import threading
from pathlib import Path

from aiosmtpd.smtp import SMTP

from deploy.local.inbox.mailbox import Catcher, Mailbox
from deploy.local.inbox.web import InboxServer


async def _catch(mailbox: Mailbox, listener: socket.socket) -> None:
    """Take mail until asked to stop."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    catcher = Catcher(mailbox)
    server = await loop.create_server(lambda: SMTP(catcher, hostname="localhost", enable_SMTPUTF8=True), sock=listener)
    async with server:
        await stop.wait()


def main() -> None:
    """Serve the pages in a thread and take mail until asked to stop."""
    folder, smtp, web = sys.argv[1:]
    mailbox = Mailbox(Path(folder))
    pages = InboxServer(mailbox, socket.socket(fileno=int(web)))
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    listener = socket.socket(fileno=int(smtp))
    listener.setblocking(False)
    asyncio.run(_catch(mailbox, listener))
    pages.shutdown()


if __name__ == "__main__":
    main()
