"""Who can enter which database, and what stays out of the other one."""

import io
import logging
import os

import psycopg
import pytest
from django.db import connections
from psycopg.conninfo import make_conninfo

from identity import actions
from identity.models import Identity, Link
from identity.queries import mask_of
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


@pytest.mark.requirement("I1")
@pytest.mark.django_db(databases=["default", "identity"], transaction=True)
def test_no_address_is_in_the_research_database_or_in_what_is_written_down() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    try:
        sending = released(CANARY)
        sent()
        actions.resend_consent(sending=sending, language="en")
        sent()
        actions.claim(link=Link.objects.get().pk)
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
