"""The inbox that shows a newcomer the site's mail."""

import email.message
import json
import smtplib
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import ports
from deploy.local.state import CHECKOUT


class Inbox:
    """The mail catcher as a process of its own, on free ports."""

    def __init__(self, folder: Path) -> None:
        self.smtp, self.web = ports.listen(0), ports.listen(0)
        command = [sys.executable, "-m", "deploy.local.inbox", str(folder)]
        sockets = (self.smtp.fileno(), self.web.fileno())
        self.process = subprocess.Popen([*command, *map(str, sockets)], pass_fds=sockets, cwd=CHECKOUT)

    def send(self, message: email.message.EmailMessage) -> None:
        with smtplib.SMTP("127.0.0.1", ports.number(self.smtp), timeout=10) as client:
            client.send_message(message)

    def get(self, path: str, host: str = "localhost") -> tuple[int, dict[str, str], str]:
        request = urllib.request.Request(f"http://127.0.0.1:{ports.number(self.web)}{path}", headers={"Host": host})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read().decode()

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.smtp.close()
        self.web.close()


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    found = Inbox(tmp_path)
    yield found
    found.close()


def a_mail(subject: str = "Your link") -> email.message.EmailMessage:
    mail = email.message.EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, "mail@example.org", "ama@example.org"
    mail.set_content("Open http://localhost:8000/l/abc, please. <b>Not bold</b>")
    mail.add_alternative("<p>Open <a href='http://localhost:8000/l/abc'>it</a><script>1</script>", subtype="html")
    mail.add_attachment(b"receipt", maintype="application", subtype="pdf", filename="receipt.pdf")
    return mail


def test_a_mail_is_shown_newest_first_with_its_link_its_looks_and_its_files(inbox: Inbox) -> None:
    inbox.send(a_mail("First"))
    inbox.send(a_mail("Second <i>"))
    page = inbox.get("/")[2]
    assert page.index("Second &lt;i&gt;") < page.index("First")
    newest = json.loads(inbox.get("/mails.json")[2])[0]["id"]
    text = inbox.get(f"/mails/{newest}")[2]
    assert '<a href="http://localhost:8000/l/abc" rel="noreferrer">http://localhost:8000/l/abc</a>, please' in text
    assert "&lt;b&gt;Not bold" in text
    _, headers, html = inbox.get(f"/mails/{newest}/html")
    assert "<script>" in html
    assert headers["Content-Security-Policy"].startswith("sandbox allow-popups; default-src 'none'")
    _, headers, file = inbox.get(f"/mails/{newest}/files/0")
    assert file == "receipt"
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''receipt.pdf"


def test_mail_is_kept_over_a_restart(tmp_path: Path) -> None:
    first = Inbox(tmp_path)
    first.send(a_mail())
    first.close()
    second = Inbox(tmp_path)
    assert "Your link" in second.get("/")[2]
    second.close()


@pytest.mark.parametrize("path", ["/mails", "/mails/..", "/mails/%2e%2e/x", "/other", "/mails/1/files/0"])
def test_an_address_that_leads_nowhere_gets_404(inbox: Inbox, path: str) -> None:
    assert inbox.get(path)[0] == 404


def test_a_page_elsewhere_cannot_read_the_mail_by_its_own_name(inbox: Inbox) -> None:
    inbox.send(a_mail())
    assert inbox.get("/", host="evil.example")[0] == 421
