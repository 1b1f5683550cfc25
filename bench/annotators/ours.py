"""This application: gunicorn as production runs it, sessions as a sign-in leaves them, the log and every check on."""

import io
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID, uuid4

import psycopg
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connections
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from bench.annotators import rows
from bench.annotators.adapter import PEOPLE, Adapter, HandedOut
from bench.annotators.client import Client, parsed, wait_for
from bench.measured import parent_of
from deploy.local import ports
from deploy.local.state import CHECKOUT
from tests.cast import Member

START_SECONDS: Final = 60
TERM: Final = "place.garden"
WHOLE: Final = [0, 0, 1, 0, 1, 1, 0, 1]


class Ours(Adapter):
    """The site at a port of this machine, over the database of this superuser's address."""

    name = "ours"

    def __init__(self, superuser: str, port: int, web: int) -> None:
        """`web` is the process id of the web server. `staff_ids` are those of all annotators, the newest last."""
        self._superuser, self.port = superuser, port
        with psycopg.connect(superuser) as server:
            self.pids = {"app": web, "database": parent_of(server.info.backend_pid)}
        self._next = reverse("annotation:task_next")
        self.staff_ids: list[UUID] = []

    def fill(self, size: int) -> None:
        """Photos with two marks each, in use and screened."""
        rows.fill(self._superuser, size)

    def clients(self, number: int) -> list[Client]:
        """Annotators that nobody has seen before, so that no day's limit ends a run."""
        made = [self.signed_in("annotator") for _annotator in range(number)]
        connections.close_all()
        return made

    def next(self, client: Client) -> HandedOut | None:
        """The photo on the screen alone, none ahead: as for the others."""
        told = parsed(client.send(self._next, {"ahead": 0, "have": []}))
        return HandedOut(told["tasks"][0]["task"], told["tasks"][0]) if told["tasks"] else None

    def submit(self, client: Client, handed_out: HandedOut) -> None:
        """The contributor's marks with a box and an age each, as the page sends them."""
        task = handed_out.told
        people = [
            {
                "mark": mark["mark"],
                "suggestion": None,
                "x": person.middle[0],
                "y": person.middle[1],
                "box": list(person.box),
                "age": person.age,
                "low": None,
                "high": None,
            }
            for mark, person in zip(task["people"], PEOPLE, strict=True)
        ]
        client.send(
            reverse("annotation:task_submit", args=[handed_out.task]),
            {
                "lease": task["lease"],
                "version": task["version"],
                "key": str(uuid4()),
                "seconds": 3,
                "answer": "people",
                "people": people,
                "count": len(people),
                "corners": WHOLE,
                "covers": [],
                "terms": [TERM],
                "exclusion": "",
                "note": "",
                "adopts": None,
            },
        )

    def signed_in(self, role: str) -> Client:
        """The browser of somebody new with this role, as a sign-in leaves it."""
        address = f"{secrets.token_hex(8)}@example.org"
        member = Member(User.objects.enrol(email=address, name=role.capitalize()))
        member.user.groups.add(Group.objects.get(name=role))
        member.secret = generate_totp_secret()
        TOTP.activate(member.user, member.secret)
        member.sign_in()
        self.staff_ids.append(member.user.pk)
        return self.browser(member.client)

    def browser(self, known: Browser) -> Client:
        """One that has the session of this one of Django's."""
        token = secrets.token_hex(16)
        cookies = {
            settings.SESSION_COOKIE_NAME: known.cookies[settings.SESSION_COOKIE_NAME].value,
            settings.CSRF_COOKIE_NAME: token,
        }
        told = {"Host": "localhost:8000", "X-CSRFToken": token, "Accept": "application/json"}
        return Client(self.port, cookies=cookies, headers=told)


@contextmanager
def serving(superuser: str) -> Iterator[Ours]:
    """The web server on the benchmarks' PostgreSQL, until the block ends. Raises SystemExit when it does not start."""
    for command in ("make_keys", "make_log_key"):
        call_command(command, stdout=io.StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    listener = ports.listen(0)
    environment = {**os.environ, "MPM_BIND": f"fd://{listener.fileno()}"}
    environment = {name: value for name, value in environment.items() if not name.startswith("MPM_TEST_")}
    serve = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.py"]
    web = subprocess.Popen(serve, cwd=CHECKOUT, env=environment, pass_fds=[listener.fileno()])
    try:
        wait_for(Client(ports.number(listener), headers={"Host": "localhost:8000"}), "/healthz", START_SECONDS)
        yield Ours(superuser, ports.number(listener), web.pid)
    finally:
        web.terminate()
        web.wait(60)
        listener.close()
