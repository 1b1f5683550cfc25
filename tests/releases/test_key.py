"""The key that releases are signed with is told apart from every release, the same wherever it is told."""

import io
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.core import mail
from django.core.management import call_command
from django.test import Client

from releases import actions, queries
from releases.standalone.mpm_release import fingerprint
from tests.builders import Given
from tests.releases.curators import Curators
from tests.releases.receiving import handed_out

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "identity"]),
    pytest.mark.requirement("D7"),
]


def test_the_fingerprint_of_the_key_is_the_same_in_public_by_mail_and_for_the_operator(
    two: Given, curators: Curators
) -> None:
    key = load_pem_public_key(Client().get("/versions/key/public-key.pem").content)
    assert isinstance(key, Ed25519PublicKey)
    told = fingerprint(key)
    assert re.fullmatch(r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}", told)
    assert told == queries.key_fingerprint()
    assert told in Client().get("/versions/key/").content.decode()
    printed = io.StringIO()
    call_command("release", "key", stdout=printed)
    assert printed.getvalue() == f"{told}\n"
    handed_out(curators, curators.published())
    actions.send_links()
    (letter,) = mail.outbox
    assert told in letter.body
    assert "/versions/key/" in letter.body
