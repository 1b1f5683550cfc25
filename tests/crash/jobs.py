"""What a process is at when it is killed: the real actions, by their ids as text."""

from uuid import UUID, uuid4

from consent.queries import latest_notice
from contributions import actions
from contributions.queries.person import withdrawable
from releases import tasks as releases
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


def withdraw(participant: str) -> None:
    """Withdraw everything."""
    photos = [card.id for card in withdrawable(UUID(participant))]
    actions.withdraw(participant=UUID(participant), photos=photos, decision=uuid4(), method="page")


def erase(photo: str) -> None:
    """Erase a photo whose time has come."""
    actions.erase(photo_id=UUID(photo))


def rotate() -> None:
    """Change the epoch."""
    vault.rotate()


def build(release: str) -> None:
    """Build a frozen release."""
    releases.build_now(UUID(release))
