"""What a link carries stands in the mail and nowhere else (requirement I5)."""

import logging
import os

import pytest
from django.core import mail
from django.db import connections
from django.test import Client

from identity import actions
from identity.models import Attempt
from tests.contributions.giver import Giver
from tests.dumps import tables
from tests.identity.mails import last_link, token_of
from tests.soak import write_down

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity", "auditor"])


@pytest.mark.requirement("I5")
@pytest.mark.parametrize("number", [20, pytest.param(1000, marks=pytest.mark.soak)])
def test_no_token_is_in_a_database_a_session_a_cache_or_a_log(number: int, caplog: pytest.LogCaptureFixture) -> None:
    giver = Giver().agrees()
    with caplog.at_level(logging.DEBUG):
        tokens = [issued(giver) for _ in range(number)]
        actions.record_waiting()
    assert len(set(tokens)) == number
    assert min(map(len, tokens)) >= 22, "128 bits are 22 characters of base64"
    text = b"\n".join(content for _place, content in everything()) + caplog.text.encode()
    assert giver.client.session["link"].encode() in text, "the search finds what a session holds"
    assert [token for token in tokens if token.encode() in text] == []
    if number == 1000:
        write_down("I5: tokens looked for", f"0 of {number} found in both databases, sessions, cache and log")


def issued(giver: Giver) -> str:
    """The token of a fresh link that was mailed and opened."""
    Attempt.objects.all().delete()
    mail.outbox.clear()
    actions.request_manage_link(address=giver.address, client="127.0.0.1", language="en")
    path = last_link()
    giver.client = Client()
    giver.client.get(path)
    return token_of(path)


def everything() -> list[tuple[str, bytes]]:
    """Every row of both databases."""
    names = [str(connections[alias].settings_dict["NAME"]) for alias in ("default", "identity")]
    return [table for name in names for table in tables(os.environ["MPM_TEST_SUPERUSER_URL"], name)]
