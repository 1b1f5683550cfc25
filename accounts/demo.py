"""Invented people for a demonstration on one's own machine, and when the page that signs them in may be used."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FORWARDED = frozenset({"forwarded", "via", "x-real-ip"})
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1"})


@dataclass(frozen=True, slots=True)
class Invented:
    """One invented person: the word in the button's value, the role, a name, the button's words."""

    slug: str
    role: str
    name: str
    label: Promise

    @property
    def email(self) -> str:
        """An address that can never receive mail."""
        return f"{self.slug}@demo.invalid"


# Second people where something takes two.
CAST = (
    Invented("annotator", "annotator", "Ama", _("annotator")),
    Invented("second-annotator", "annotator", "Bo", _("second annotator")),
    Invented("adjudicator", "adjudicator", "Chidi", _("adjudicator")),
    Invented("officer", "officer", "Dag", _("safety officer")),
    Invented("second-officer", "officer", "Eva", _("second safety officer")),
    Invented("lead", "lead", "Femke", _("lead")),
    Invented("curator", "curator", "Gita", _("curator")),
    Invented("second-curator", "curator", "Hugo", _("second curator")),
    Invented("auditor", "auditor", "Ines", _("ethics auditor")),
    Invented("administrator", "administrator", "Joon", _("administrator")),
    Invented("second-administrator", "administrator", "Kaya", _("second administrator")),
)


def invented(slug: str) -> Invented | None:
    """The invented person behind a button, or None."""
    return next((person for person in CAST if person.slug == slug), None)


def is_allowed(request: HttpRequest) -> bool:
    """Whether this request may sign in by a button: switched on, from this machine, through no proxy, on localhost."""
    if not settings.DEMO or any(_is_forwarded(name) for name in request.headers):
        return False
    return urlsplit(f"//{request.get_host()}").hostname in LOCAL_HOSTS and _is_loopback(
        request.META.get("REMOTE_ADDR", "")
    )


def _is_forwarded(header: str) -> bool:
    return header.lower() in FORWARDED or header.lower().startswith("x-forwarded")


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
