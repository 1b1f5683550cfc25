"""Who can enter which database, and what stays out of the other one."""

import io
import logging
import os
import uuid

import psycopg
import pytest
from django.db import connections
from django.db.models import ProtectedError
from psycopg.conninfo import make_conninfo

from identity import actions
from identity.models import Identity, Link, Mail
from identity.queries import mask_of
from identity.sealing import open_text, seal_text
from tests.identity.mails import sent
from tests.identity.test_consent_links import released
from vault import keyring

CANARY = "canary.bird@example.org"


@pytest.mark.requirement("I2")
@pytest.mark.django_db(databases=["default", "identity"])
@pytest.mark.parametrize(("own", "other"), [("default", "identity"), ("identity", "default")])
def test_a_role_cannot_enter_the_other_database(own: str, other: str) -> None:
    mine = connections[own].settings_dict
    theirs = connections[other].settings_dict
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(
            host=mine["HOST"],
            port=mine["PORT"],
            user=mine["USER"],
            password=mine["PASSWORD"],
            dbname=theirs["NAME"],
        )


@pytest.mark.requirement("I2")
@pytest.mark.django_db(databases=["default", "identity"])
def test_a_process_without_the_mail_key_cannot_read_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    released(CANARY)

    def missing() -> None:
        raise keyring.KeyMissing("mail.key")

    monkeypatch.setattr(keyring, "mail_private_key", missing)
    assert sent() == []
    assert mask_of(Identity.objects.get().participant) == "c…@example.org"


@pytest.mark.requirement("I2")
@pytest.mark.django_db(databases=["default", "identity"])
def test_what_web_sealed_it_cannot_open_whatever_it_still_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    actions.request_consent(address=CANARY, sending=uuid.uuid4(), language="en")
    actions.send_receipt(
        participant=Identity.objects.get().pk, decision=uuid.uuid4(), context={"code": "canary"}, document="canary"
    )
    # Web's keyring holds the public half of the mail key, the blind index's key and the epoch keys.
    monkeypatch.setattr(keyring, "mail_private_key", _missing)
    sealed = [bytes(Identity.objects.get().sealed_address), *(bytes(mail.context) for mail in Mail.objects.all())]
    assert len(sealed) == 3
    for words in sealed:
        assert b"canary" not in words
        with pytest.raises(keyring.KeyMissing):
            open_text(words)
    # Sealed twice, the same address is not the same bytes: nothing can be compared without the key.
    assert seal_text(CANARY) != seal_text(CANARY)


def _missing() -> None:
    raise keyring.KeyMissing("mail.key")


@pytest.mark.requirement("I3")
@pytest.mark.django_db(databases=["default", "identity"])
@pytest.mark.parametrize("kind", ["invitation", "claim"])
def test_an_address_that_an_invitation_or_a_claim_needs_cannot_be_deleted(kind: str) -> None:
    if kind == "claim":
        actions.request_claim(address=CANARY, claim=uuid.uuid4(), language="en")
    else:
        actions.request_invitation(address=CANARY, invitation=uuid.uuid4(), language="en")
    with pytest.raises(ProtectedError):
        Identity.objects.get().delete()


@pytest.mark.requirement("I1")
@pytest.mark.django_db(databases=["default", "identity"], transaction=True)
def test_no_address_is_in_the_research_database_or_in_what_is_written_down() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    try:
        sending = released(CANARY)
        invitation = uuid.uuid4()
        participant = Identity.objects.get().pk
        actions.request_invitation(address="canary.friend@example.org", invitation=invitation, language="en")
        actions.send_invitation(invitation=invitation, asked_by=participant, language="en", days_left=14)
        actions.request_claim(address="canary.other@example.org", claim=uuid.uuid4(), language="en")
        sent()
        actions.resend_consent(sending=sending, language="en")
        sent()
        actions.claim(link=Link.objects.get(subject=sending).pk)
        actions.record_waiting()
    finally:
        logging.getLogger().removeHandler(handler)
    assert "canary" not in written.getvalue()
    assert not hits(connections["default"].settings_dict["NAME"], "canary")
    assert not hits(connections["identity"].settings_dict["NAME"], "canary")


def hits(database: str, word: str) -> list[str]:
    """Tables that hold the word in any column, read by the superuser."""
    address = make_conninfo(os.environ["MPM_TEST_SUPERUSER_URL"], dbname=database)
    with psycopg.connect(address) as connection:
        names = connection.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        query = "SELECT 1 FROM {} AS row WHERE row::text ILIKE %(word)s OR row::text ILIKE %(hex)s LIMIT 1"
        like = {"word": f"%{word}%", "hex": f"%{word.encode().hex()}%"}
        return [name for (name,) in names if connection.execute(query.format(name), like).fetchone()]


@pytest.mark.django_db(databases=["default", "identity"], transaction=True)
def test_the_search_finds_an_address_that_was_written_down() -> None:
    released(CANARY)
    Identity.objects.update(mask=CANARY, sealed_address=CANARY.encode())
    assert hits(connections["identity"].settings_dict["NAME"], "canary") == ["public.identity_identity"]
