"""Somebody who gives through the pages, with a browser of their own and no script."""

from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from contributions.models import Contribution, Person, Photo
from tests import remembering
from tests.consent.notices import published
from tests.pictures import png

JSON = {"Accept": "application/json"}
ADDRESS = "somebody@example.org"


class Browser(Client):
    """A test client that knows the giving pages."""

    def start(self) -> "Browser":
        """State being an adult and begin, with the notices published that giving waits for."""
        published()
        self.post(reverse("contributions:give_start"), {"adult": "yes"})
        return self

    @property
    def sending(self) -> Contribution:
        """The sending that the session names."""
        return Contribution.objects.get(pk=self.session["sending"])

    def choose(
        self, data: bytes | None = None, *, key: UUID | None = None, number: int | str = "", **extra: Any
    ) -> Any:
        """Send one file as the script does; the answer is JSON."""
        file = SimpleUploadedFile("grandmother-at-home.png", png(64, 48) if data is None else data, "image/png")
        fields = {"photo": file, "client_key": key or uuid4(), "number": number}
        return self.post(reverse("contributions:photo_add"), fields, headers=JSON, **extra)

    def chosen(self, data: bytes | None = None) -> Photo:
        """Choose a file and let the workers do their part."""
        answer = self.choose(data)
        assert answer.status_code == 201, answer.content
        photo = Photo.objects.get(pk=answer.json()["photo"]["id"])
        remembering.run(photo.pk)
        photo.refresh_from_db()
        return photo

    def go(self, name: str, *args: object, fields: dict[str, Any] | None = None, json: bool = False) -> Any:
        """GET a giving page, or POST when fields are given."""
        url = reverse(f"contributions:{name}", args=args)
        headers = JSON if json else {}
        return self.get(url, headers=headers) if fields is None else self.post(url, fields, headers=headers)

    def mark(self, photo: Photo, x: float = 0.5, y: float = 0.5) -> Person:
        """Set a mark by a tap."""
        answer = self.go("person_add", photo.pk, fields={"x": x, "y": y}, json=True)
        assert answer.status_code == 201, answer.content
        return Person.objects.get(pk=answer.json()["id"])

    def marked(self, data: bytes | None = None, age: str = "7") -> Photo:
        """A photo with one person on it, who is the giver."""
        photo = self.chosen(data)
        self.go("person_edit", self.mark(photo).pk, fields={"age": age, "who": "me"})
        return photo

    def send(self, address: str = ADDRESS) -> Any:
        """Give the address and send."""
        return self.go("sending_review", fields={"email": address})
