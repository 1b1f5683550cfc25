"""Photos brought to a state by the real actions, as a person and the workers would bring them there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from annotation.actions import PersonRead, Said, submit, take_next
from annotation.models import Answer, Reading
from consent.models import ConsentNotice
from contributions import actions as contributions
from contributions.models import Basis, Contribution, Invitation, Photo
from contributions.queries import WHOLE
from identity.models import Link
from tests import pictures, remembering, standing
from tests.consent.notices import published
from vault.uploads import SealedUpload, SealingUploadHandler

CLIENT = "127.0.0.1"


def upload(data: bytes) -> SealedUpload:
    """The bytes as the upload handler leaves them."""
    handler = SealingUploadHandler()
    handler.new_file("photo", "any.jpg", "image/jpeg", len(data))
    step = handler.chunk_size
    for start in range(0, len(data), step):
        handler.receive_data_chunk(data[start : start + step], start)
    return handler.file_complete(len(data))


@dataclass
class Given:
    """A sending with its photos, and the address its link goes to."""

    sending: Contribution
    photos: list[Photo]
    address: str = field(default_factory=lambda: f"giver-{uuid4().hex}@example.org")

    def agree(self, *scopes: str, notice: ConsentNotice | None = None) -> "Given":
        """Open the newest link and agree to research and these scopes; the workers do their part."""
        photos = standing.step(
            ("agree", self.sending.pk, scopes, notice and notice.pk), lambda: self._agreed(scopes, notice).photos
        )
        for photo, now in zip(self.photos, photos, strict=True):
            vars(photo).update(vars(now))
        return self

    def _agreed(self, scopes: Sequence[str], notice: ConsentNotice | None) -> "Given":
        link = Link.objects.filter(subject=self.sending.pk, closed_at__isnull=True).latest("created_at")
        contributions.answer(link=link.pk, choices={"research", *scopes}, notice=notice or published())
        return self.work()

    def reply(self, invitation: Invitation, *scopes: str, notice: ConsentNotice | None = None) -> "Given":
        """Answer for somebody shown, by the newest link: yes to these scopes, no without any; the workers do theirs."""
        link = Link.objects.get(subject=invitation.pk, claim__isnull=True)
        contributions.answer_invitation(link=link.pk, agreed=bool(scopes), scopes=scopes, notice=notice or published())
        return self.work()

    def withdraw(self, *photos: Photo) -> "Given":
        """Withdraw these photos (all when none is named); the workers do their part."""
        self.sending.refresh_from_db()
        assert self.sending.participant is not None
        contributions.withdraw(
            participant=self.sending.participant,
            photos=[photo.pk for photo in photos or self.photos],
            decision=uuid4(),
            method="page",
        )
        return self.work()

    def undo(self) -> "Given":
        """Take all withdrawals back; the workers do their part."""
        assert self.sending.participant is not None
        contributions.cancel(
            participant=self.sending.participant,
            photos=[photo.pk for photo in self.photos],
            decision=uuid4(),
            method="page",
        )
        return self.work()

    def work(self) -> "Given":
        """Run what waits for the photos."""
        for photo in self.photos:
            remembering.run(photo.pk)
            photo.refresh_from_db()
        return self


def given(*files: bytes, basis: Basis = Basis.SELF, others: Sequence[Basis] = (), age: str = "7") -> Given:
    """A sending of these files (a small PNG when none is named): rebuilt, judged, marked, sent."""
    asked = (files, basis, tuple(others), age)
    return standing.step(("given", *asked), lambda: _given(*asked))


def _given(files: Sequence[bytes], basis: Basis, others: Sequence[Basis], age: str) -> Given:
    sending = contributions.start(language="en", client=CLIENT)
    photos = []
    for number, data in enumerate(files or [pictures.png(320, 240)], start=1):
        added = contributions.add_photo(
            sending=sending.pk, upload=upload(data), client_key=uuid4(), number=number, client=CLIENT
        )
        photos.append(added.photo)
    made = Given(sending, photos).work()
    for photo in made.photos:
        for place, who in enumerate([basis, *others], start=1):
            person = contributions.add_person(photo=photo, x=place / 10, y=0.5)
            invited = who == Basis.INVITED
            contributions.edit_person(person=person, language="en", age_text=age, basis=None if invited else who)
            if invited:
                contributions.invite(person=person, address=f"{uuid4().hex}@example.org", language="en")
    contributions.send(sending=sending.pk, address=made.address, language="en")
    return made.work()


def answer(staff_id: UUID, *, settling: bool = False, age: str = "7", **said: Any) -> Reading:
    """Take the next photo and say what its contributor said, with this age, or something else."""
    task = take_next(staff_id=staff_id, settling=settling)
    assert task is not None
    assert task.lease is not None
    if said.get("kind", Answer.PEOPLE) == Answer.PEOPLE:
        said.setdefault("people", [PersonRead(p.pk, p.x, p.y, Decimal(age)) for p in task.photo.persons.all()])
    return submit(
        task_id=task.pk,
        lease=task.lease,
        version=task.version,
        key=uuid4(),
        staff_id=staff_id,
        said=Said(**said),
    )


def read(staff_id: UUID, *, corners: Sequence[float] = WHOLE, exclusion: str = "", age: str = "7") -> Reading:
    """Take the next photo and answer as the contributor said, with this age, or exclude it for this reason."""
    asked = (staff_id, tuple(corners), exclusion, age)
    return standing.step(("read", *asked), lambda: _read(*asked))


def _read(staff_id: UUID, corners: Sequence[float], exclusion: str, age: str) -> Reading:
    if exclusion:
        return answer(staff_id, kind=Answer.EXCLUDED, exclusion=exclusion, corners=corners)
    return answer(staff_id, age=age, corners=corners)
