"""After a restore: what the log tells comes back into the tables, once, and every code still works."""

import os
from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from audit.models import Event
from consent import actions
from consent.actions import NoticeLost, replay
from consent.models import ConsentNotice, ConsentRecord, Receipt
from consent.queries import current, history, is_as_told, latest_notice, missing_by_log, receipt_by_code
from tests.consent.notices import published

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("E3")]
TABLES = ("consent_receipt", "consent_consentrecord", "consent_consentnotice")


def lose(*tables: str) -> None:
    """Empty these tables, as a backup that is older than their rows would."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(make_conninfo(os.environ["MPM_TEST_SUPERUSER_URL"], dbname=name)) as superuser:
        # As a replica the triggers that refuse to lose a row do not run.
        superuser.execute("SET session_replication_role = replica")
        for table in tables:
            superuser.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


def size() -> int:
    return Event.objects.count()


def everything() -> dict[str, object]:
    """What the tables hold, but for the times, which the log tells to its own clock."""
    records = history(ConsentRecord.objects.values_list("subject", flat=True))
    return {
        "records": [
            (r.record_id, r.subject, r.state, r.scopes, r.notice_id, r.decision, r.by, r.method, r.expires_at)
            for r in records
        ],
        "receipts": {
            (r.pk, r.decision, r.participant, bytes(r.code_sha256), r.document_sha256) for r in Receipt.objects.all()
        },
        "notices": {(n.pk, n.sha256, n.terms, n.valid_months) for n in ConsentNotice.objects.all()},
    }


def told() -> tuple[list[UUID], str]:
    """A story with every state: the subjects, and a withdrawal code."""
    subjects, by = [uuid4() for _ in range(5)], f"participant:{uuid4()}"
    text, decision = published(), uuid4()
    actions.ask(subjects=subjects, decision=uuid4(), by=by)
    choices = {subject: ["research", "sharing"] for subject in subjects[:4]}
    actions.give(choices=choices, notice=text, decision=decision, by=by, method="link")
    actions.refuse(subjects=subjects[4:], decision=uuid4(), by=by, method="link", notice=latest_notice("nl"))
    say: list[tuple[Callable[..., None], list[UUID]]] = [
        (actions.withdraw, subjects[:2]),
        (actions.renew, subjects[1:2]),
        (actions.revoke, subjects[2:3]),
    ]
    for act, those in say:
        act(subjects=those, decision=uuid4(), by=by, method="page")
    _receipt, code = actions.issue_receipt(decision=decision, participant=uuid4())
    return subjects, code


def test_everything_comes_back_and_nothing_is_recorded_again() -> None:
    subjects, _code = told()
    before, entries = everything(), size()
    lose(*TABLES)
    assert replay(first=0, size=entries) == len(before["records"]) + 1 + len(settings.LANGUAGES)  # type: ignore[arg-type]
    assert everything() == before
    assert size() == entries
    assert all(is_as_told(subject) for subject in subjects)
    assert list(missing_by_log()) == []
    assert replay(first=0, size=entries) == 0


@pytest.mark.requirement("K4")
def test_a_code_works_after_a_restore_and_its_document_is_known_by_its_fingerprint() -> None:
    _subjects, code = told()
    kept = Receipt.objects.get()
    lose("consent_receipt")
    replay(first=0, size=size())
    receipt = receipt_by_code(code)
    assert receipt is not None
    assert (receipt.document, receipt.document_sha256) == ("", kept.document_sha256)


def test_only_what_the_entries_named_tell_comes_back() -> None:
    subject = uuid4()
    published()
    actions.ask(subjects=[subject], decision=uuid4(), by="system")
    kept = size()
    actions.refuse(subjects=[subject], decision=uuid4(), by="system", method="link")
    lose("consent_consentrecord")
    assert replay(first=0, size=kept) == 1
    assert current([subject])[subject].state == "requested"
    assert replay(first=kept, size=size()) == 1
    assert current([subject])[subject].state == "refused"
    assert current([subject])[subject].at == Event.objects.get(action="consent:refused").at


def test_a_notice_that_is_no_file_any_more_is_said_and_nothing_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    told()
    lose(*TABLES)
    monkeypatch.setattr(settings, "CAMPAIGN", settings.CAMPAIGN | {"institution": "Somebody else"})
    with pytest.raises(NoticeLost):
        replay(first=0, size=size())
    assert not ConsentRecord.objects.exists()


def test_publishing_again_after_a_restore_brings_the_same_notice_back() -> None:
    former, entries = published(), size()
    lose("consent_consentnotice")
    assert published() == former
    assert latest_notice("en").published_at == Event.objects.get(subject=str(former.pk)).at
    assert size() == entries


def test_what_the_tables_lost_is_named_until_it_is_back() -> None:
    subjects, _code = told()
    lose("consent_consentrecord")
    assert set(missing_by_log()) == {f"consent_unknown {subject}" for subject in subjects}
    replay(first=0, size=size())
    assert list(missing_by_log()) == []
