"""A person who gives: each state is reached by the real actions, with an ordinary photograph."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.test import Client

from consent.models import ConsentNotice
from contributions import actions
from contributions.actions.answering import Answered
from contributions.models import Basis, Contribution, Person, Photo
from identity.models import Link
from tests import remembering, standing
from tests.builders import upload
from tests.consent.notices import published
from tests.identity.mails import last_link
from tests.pictures import png

ADDRESS = "somebody@example.org"
EVERYTHING = ("research", "sharing", "illustration")


@dataclass
class Giver:
    """One person, with a browser, a sending and its photos."""

    address: str = ADDRESS
    client: Client = field(default_factory=Client)
    sending: UUID = field(default_factory=uuid4)
    photos: list[Photo] = field(default_factory=list)

    def drafts(self, count: int = 1, *, basis: str = Basis.SELF, rebuilt: bool = True) -> "Giver":
        """Choose photos and mark one person on each."""
        return self._stands(
            ("drafts", count, str(basis), rebuilt), lambda: self._drafted(count, basis, rebuilt=rebuilt)
        )

    def _drafted(self, count: int, basis: str, rebuilt: bool) -> "Giver":
        published()
        self.sending = actions.start(language="en", client=uuid4().hex).pk
        for number in range(1, count + 1):
            self.adds(png(60 + number, 40), number=number, rebuilt=rebuilt, basis=basis)
        return self

    def _stands(self, key: tuple[Hashable, ...], walk: Callable[[], "Giver"]) -> "Giver":
        """Take a step that changes no photo that this person has given before."""
        if self.photos:
            return walk()
        self.sending, self.photos = standing.step((*key, self.address), lambda: (walk().sending, self.photos))
        return self

    def adds(self, data: bytes, *, number: int = 1, rebuilt: bool = True, basis: str = Basis.SELF) -> Photo:
        """Choose one more photo, let it be rebuilt, and mark a person on it."""
        added = actions.add_photo(
            sending=self.sending, upload=upload(data), client_key=uuid4(), number=number, client=uuid4().hex
        )
        photo = added.photo
        self.photos.append(photo)
        if rebuilt:
            remembering.run(photo.pk)
            photo.refresh_from_db()
            person = actions.add_person(photo=photo, x=0.5, y=0.5)
            actions.edit_person(person=person, age_text="7", basis=basis, language="en")
        return photo

    def invites(self, address: str, photo: Photo | None = None) -> Person:
        """Mark one more person on a photo (the first, when none is named), to be asked at this address."""
        photo = photo or self.photos[0]
        person = actions.add_person(photo=photo, x=0.2, y=0.3)
        actions.edit_person(person=person, age_text="9", language="en")
        return actions.invite(person=person, address=address, language="en", client=uuid4().hex)

    def sends(self) -> "Giver":
        """Give the address and send."""
        actions.send(sending=self.sending, address=self.address, language="en")
        return self

    def opens_link(self) -> Link:
        """Open the newest mailed link in this person's browser."""
        self.client.get(last_link())
        return Link.objects.get(pk=self.client.session["link"])

    def answers(self, *choices: str, notice: ConsentNotice | None = None) -> Answered:
        """Answer by the newest link; without choices: I do not agree."""
        links = Link.objects.filter(subject=self.sending, action=Link.Action.CONSENT, claim__isnull=True)
        answered = actions.answer(link=links.latest("created_at").pk, choices=choices, notice=notice or published())
        self.works()
        return answered

    def agrees(self, count: int = 1, *, basis: str = Basis.SELF) -> "Giver":
        """Everything from choosing photos to agreeing to all uses."""
        return self._stands(("agrees", count, str(basis)), lambda: self._agreed(count, basis))

    def _agreed(self, count: int, basis: str) -> "Giver":
        self.drafts(count, basis=basis).sends().answers(*EVERYTHING)
        return self

    def works(self) -> None:
        """Let the workers do what waits for this person's photos."""
        for photo in self.photos:
            remembering.run(photo.pk)
            photo.refresh_from_db()

    @property
    def contribution(self) -> Contribution:
        """The sending as it is now."""
        return Contribution.objects.get(pk=self.sending)

    @property
    def participant(self) -> UUID:
        """Who the person is in the research database."""
        participant = self.contribution.participant
        assert participant is not None
        return participant

    @property
    def ids(self) -> list[UUID]:
        """The photos' ids."""
        return [photo.pk for photo in self.photos]
