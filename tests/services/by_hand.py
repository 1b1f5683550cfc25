"""What givers, annotators and curators do, called inside of Django beside the running site (Site.call)."""

from decimal import Decimal
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from accounts.models import User
from annotation.actions import PersonRead, Said, submit, take_next
from consent.queries import latest_notice
from contributions import actions
from contributions.models import Basis, Contribution, Photo
from contributions.transitions import PhotoState, SendingState
from identity.models import Link
from releases import actions as releases
from releases import tasks
from releases.models import Audience, Crop, Release
from releases.queries import files_of
from vault import actions as vault
from vault.models import SealedObject

LANGUAGE: Final = "en"


def send() -> list[str]:
    """Mark one person on each photo of each draft and send it; the addresses that the links go to."""
    addresses = []
    for sending in Contribution.objects.filter(state=SendingState.DRAFT, photos__state=PhotoState.READY).distinct():
        for photo in Photo.objects.filter(contribution=sending, state=PhotoState.READY):
            person = actions.add_person(photo=photo, x=0.5, y=0.5)
            actions.edit_person(person=person, language=LANGUAGE, age_text="7", basis=Basis.SELF)
        addresses.append(f"{sending.pk.hex}@example.org")
        actions.send(sending=sending.pk, address=addresses[-1], language=LANGUAGE)
    return addresses


def agree() -> int:
    """Agree to research in every sending that waits for it; how many."""
    waiting = list(Contribution.objects.filter(state=SendingState.SENT))
    for sending in waiting:
        link = Link.objects.filter(subject=sending.pk, action=Link.Action.CONSENT).latest("created_at")
        actions.answer(link=link.pk, choices={"research"}, notice=latest_notice(LANGUAGE))
    return len(waiting)


def freeze() -> str:
    """Read all photos that wait, and freeze a release of them; its id."""
    annotator, *curators = (
        User.objects.enrol(email=f"{uuid4().hex}@example.org", name="Somebody").pk for _ in range(3)
    )
    while (task := take_next(staff_id=annotator)) and task.lease:
        people = [PersonRead(person.pk, person.x, person.y, Decimal(7)) for person in task.photo.persons.all()]
        said = Said(people=people)
        submit(task_id=task.pk, lease=task.lease, version=task.version, key=uuid4(), staff_id=annotator, said=said)
    while Crop.objects.filter(sealed=None, dropped_at=None, parked_at=None).exists() or tasks.cut_now():
        tasks.cut_now()
    drafted = releases.draft(audience=Audience.OWN, bases=frozenset(), with_nobody=False, staff_id=curators[0])
    releases.freeze(release_id=drafted.pk, staff_id=curators[1])
    return str(drafted.pk)


def unpack(release: str, folder: str) -> int:
    """Write all files of a release into a folder; how many."""
    files = files_of(Release.objects.get(pk=UUID(release)))
    for file in files:
        path = Path(folder, file.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(vault.read(SealedObject.objects.get(pk=file.sealed_id or UUID(int=0))))
    return len(files)
