"""The inbox's pages as HTML, from parts that are escaped where they enter."""

import re
from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from deploy.local.inbox.mailbox import Mail

_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")


def inbox(mails: Iterable[Mail]) -> str:
    """The list, newest first."""
    rows = "".join(
        f'<li><a href="/mails/{mail.id}"><span class="subject">{escape(mail.subject)}</span>'
        f'<span class="to">to {_header(mail, "to")}</span>{_time(mail)}</a></li>'
        for mail in mails
    )
    empty = '<p class="empty">No mail yet. What the site sends lands here.</p>'
    body = f'<ol class="mails">{rows}</ol>' if rows else empty
    again = '<p><a class="button" href="/">Look again</a></p>'
    return _page("Mail that the site sent", f"<h1>Mail that the site sent</h1>{again}{body}")


def mail(mail: Mail) -> str:
    """One mail: who, when, its text with links to follow, how it looks as HTML, its files."""
    names = (("From", "from"), ("To", "to"), ("Reply to", "reply-to"))
    head = "".join(
        f"<div><dt>{label}</dt><dd>{_header(mail, name)}</dd></div>" for label, name in names if mail.message[name]
    )
    head += f"<div><dt>Sent</dt><dd>{_time(mail)}</dd></div>"
    text, html = mail.text("plain"), mail.text("html")
    parts = [f'<h1>{escape(mail.subject)}</h1><dl class="head">{head}</dl>']
    if text is not None:
        parts.append(f'<section aria-labelledby="text"><h2 id="text">Text</h2><pre>{_linked(text)}</pre></section>')
    if html is not None:
        frame = f'<iframe sandbox="allow-popups" title="The mail as HTML" src="/mails/{mail.id}/html"></iframe>'
        parts.append(f'<section aria-labelledby="html"><h2 id="html">HTML</h2>{frame}</section>')
    if files := mail.attachments():
        items = "".join(
            f'<li><a href="/mails/{mail.id}/files/{number}">{escape(file.get_filename() or "unnamed")}</a>'
            f" ({escape(file.get_content_type())})</li>"
            for number, file in enumerate(files)
        )
        parts.append(f'<section aria-labelledby="files"><h2 id="files">Files</h2><ul>{items}</ul></section>')
    parts.append(f'<p><a href="/mails/{quote(mail.id)}/source">Source</a></p>')
    return _page(mail.subject, "".join(parts), back=True)


def missing() -> str:
    """The page for an address that leads nowhere."""
    return _page("Not here", "<h1>Not here</h1><p>This mail is not, or no longer, in the inbox.</p>", back=True)


def _page(title: str, body: str, *, back: bool = False) -> str:
    way = '<nav aria-label="Back"><a href="/">All mail</a></nav>' if back else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/inbox.css"></head>'
        f"<body>{way}<main>{body}</main><footer><p>Only on this machine. Nothing here was sent to anybody.</p></footer>"
        "</body></html>"
    )


def _header(mail: Mail, name: str) -> str:
    return escape(str(mail.message[name] or "nobody"))


def _time(mail: Mail) -> str:
    at = mail.arrived_at.astimezone()
    return f'<time datetime="{at.isoformat(timespec="seconds")}">{at:%d %b, %H:%M:%S}</time>'


def _linked(text: str) -> str:
    parts, end = [], 0
    for match in _ADDRESS.finditer(text):
        address = escape(match[0])
        parts += [escape(text[end : match.start()]), f'<a href="{address}" rel="noreferrer">{address}</a>']
        end = match.end()
    return "".join([*parts, escape(text[end:])])
