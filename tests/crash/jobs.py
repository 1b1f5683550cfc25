"""What a process is at when it is killed: the real actions, by their ids as text."""

import os
import signal
from importlib import import_module
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

from celery import current_app
from django.test import override_settings

from audit import actions as audit
from consent.queries import latest_notice
from contributions import actions
from contributions.actions import claiming, settling
from contributions.actions.invited import remind as remind_invited
from contributions.models import Person
from contributions.queries.person import withdrawable
from releases import tasks as releases
from screening import tasks as screening
from tests.builders import upload
from tests.pictures import png
from vault import actions as vault


def add(sending: str, client_key: str, width: int) -> None:
    """Receive an upload."""
    actions.add_photo(
        sending=UUID(sending), upload=upload(png(width, 40)), client_key=UUID(client_key), number=1, client=uuid4().hex
    )


def run(photo: str) -> None:
    """Do what waits for a photo."""
    actions.run(photo_id=UUID(photo))


def send(sending: str, address: str) -> None:
    """Send a sending."""
    actions.send(sending=UUID(sending), address=address, language="en")


def readdress(sending: str, address: str) -> None:
    """Have the link sent to another address."""
    actions.readdress(sending=UUID(sending), address=address, language="en")


def answer(link: str) -> None:
    """Agree to the research, and to be written to."""
    actions.answer(link=UUID(link), choices=["research", "updates"], notice=latest_notice("en"))


def invite(person: str, address: str) -> None:
    """Have a marked person asked."""
    actions.invite(person=Person.objects.get(pk=person), address=address, language="en", client=uuid4().hex)


def reply(link: str) -> None:
    """Agree to the research as somebody who is shown."""
    actions.answer_invitation(link=UUID(link), agreed=True, scopes=["research"], notice=latest_notice("en"))


def remind() -> None:
    """Write the reminders that invited people asked for."""
    remind_invited()


def withdraw(participant: str) -> None:
    """Withdraw everything."""
    photos = [card.id for card in withdrawable(UUID(participant))]
    actions.withdraw(participant=UUID(participant), photos=photos, decision=uuid4(), method="page")


def leave(link: str) -> None:
    """Withdraw everything at the door, by the link to one's own pages."""
    actions.open_link(link=UUID(link), everything=True)


def claim(address: str) -> None:
    """Write a claim."""
    claiming.write(address=address, about="me", words="in a garden", sender="", language="en", client=uuid4().hex)


def confirm(link: str) -> None:
    """Tell staff to look, behind the link of a claim."""
    claiming.confirm(link=UUID(link), look=True)


def settle(claim: str) -> None:
    """Settle a claim."""
    settling.settle(claim_id=UUID(claim), staff_id=uuid4())


def revoke(photo: str) -> None:
    """End the use of a photo for good."""
    actions.revoke(photos=[UUID(photo)], by=f"staff:{uuid4()}", reason="safety")


def rescreen() -> None:
    """Have photos screened again that another policy has seen."""
    screening.rescreen()


def erase(photo: str) -> None:
    """Erase a photo whose time has come."""
    actions.erase(photo_id=UUID(photo))


def rotate() -> None:
    """Change the epoch."""
    vault.rotate()


def replay() -> None:
    """Bring the tables of a restored backup to where the log is."""
    audit.replay()


def cut() -> None:
    """Make the crops that wait."""
    releases.cut_now()


def build(release: str) -> None:
    """Build a frozen release."""
    releases.build_now(UUID(release))


def tell() -> None:
    """Write the mails of an approved update."""
    releases.mail_updates()


def deadly(task: str, args: list[str], at: str, about: str, settings: dict[str, Any]) -> None:
    """Do a task in which whoever calls the function `at` about this row dies, as by a fault in a library."""
    module, name = at.rsplit(".", 1)
    place = import_module(module)
    real = getattr(place, name)

    def dies(*given: Any, **named: Any) -> Any:
        if about in {str(getattr(value, "pk", value)) for value in (*given, *named.values())}:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)

    current_app.loader.import_default_modules()
    with override_settings(**settings), patch.object(place, name, dies):
        current_app.tasks[task](*args)
