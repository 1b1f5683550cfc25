"""What the web server must know of a request before it gives it a thread: how much of it is still to come."""

from dataclasses import dataclass

END = b"\r\n\r\n"
# No length has more digits: Python reads no number of thousands of them, and fails.
MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class RequestHead:
    """`bytes` of the head with its end; `body` in bytes, None when only reading it tells; who proxies say is asking."""

    bytes: int
    body: int | None
    forwarded_for: str


def read_head(received: bytes) -> RequestHead | None:
    """The head at the start of what was received, or None while it is not all there.

    Only for the choice of a thread: what is odd here is refused by gunicorn's own parser, which reads it again.
    """
    blank = len(received) - len(received.lstrip(b"\r\n"))
    end = received.find(END, blank)
    if end < 0:
        return None
    fields: dict[str, str] = {}
    for line in received[blank:end].decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        name, value = name.strip().lower(), value.strip()
        fields[name] = f"{fields[name]},{value}" if name in fields else value
    length = fields.get("content-length", "0")
    # A sender who waits for our "100 Continue" sends nothing before a thread has said it.
    is_number = length.isdecimal() and len(length) <= MOST_DIGITS
    is_known = is_number and "transfer-encoding" not in fields and "expect" not in fields
    return RequestHead(end + len(END), int(length) if is_known else None, fields.get("x-forwarded-for", ""))
