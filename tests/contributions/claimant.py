"""A person who thinks they are pictured: each state is reached by the real pages and actions."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from contributions.models import Claim
from identity.models import Link
from tests.identity.mails import last_link

WORDS = "A birthday in a garden. I am about six and wear a red coat."


@dataclass
class Claimant:
    """One person with a browser, who writes to us about a picture."""

    address: str = "pictured@example.org"
    client: Client = field(default_factory=Client)
    connection: str = field(default_factory=lambda: str(IPv4Address(uuid4().int % 2**24 + 10 * 2**24)))

    def writes(self, *, sender: str = "", words: str = WORDS, about: str = "me", picture: str = "") -> Any:
        """Send the form of the claim page, over a connection of this person's own; the answer."""
        fields = {"email": self.address, "sender": sender, "words": words, "about": about, "picture": picture}
        return self.client.post(reverse("contributions:claim"), fields, REMOTE_ADDR=self.connection)

    def opens_link(self) -> Link:
        """Open the newest mailed link in this person's browser."""
        self.client.get(last_link())
        return Link.objects.get(pk=self.client.session["link"])

    def chooses(self, choice: str) -> Any:
        """Choose behind the link: "look" or "delete"; the answer."""
        return self.client.post(reverse("contributions:claim_confirm"), {"choice": choice})

    def claims(self, *, sender: str = "") -> Claim:
        """Everything up to the claim that staff look at."""
        self.writes(sender=sender)
        link = self.opens_link()
        self.chooses("look")
        return Claim.objects.get(pk=link.subject)
