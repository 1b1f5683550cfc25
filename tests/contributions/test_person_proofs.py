"""The proof that an answer stands in the log: for the person who gave it, and for nobody else."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from audit.proofs.statements import Statement
from audit.queries import log_key
from audit.standalone import verify_log
from consent.models import ConsentRecord
from contributions.queries import subjects_of
from tests.audit.conftest import keeper as keeper  # noqa: PLC0414 - a fixture of the log's own tests
from tests.contributions.giver import Giver
from tests.identity.mails import last_link

pytestmark = pytest.mark.django_db(databases=["default", "identity", "auditor"], transaction=True)

Keeper = Callable[[], Statement]
MANAGE = "/your-photos/"


def open_page(giver: Giver) -> None:
    giver.client.post("/change-or-withdraw/", {"email": giver.address})
    giver.client.get(last_link())
    assert giver.client.post("/your-photos/open/", {"what": "see"})["Location"] == MANAGE


@pytest.fixture
def at_home(keeper: Keeper) -> Giver:
    """Somebody who agreed for two photos and opened their own page."""
    giver = Giver().agrees(2)
    open_page(giver)
    return giver


def proofs(giver: Giver) -> list[str]:
    return re.findall(r'href="(/your-photos/proof/[^"]*)"', giver.client.get(MANAGE).content.decode())


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def given(giver: Giver) -> ConsentRecord:
    """The answer about photo 1."""
    subjects = subjects_of(giver.participant, giver.ids[:1])
    return ConsentRecord.objects.get(state="given", subject__in=subjects.values())


def proof_path(record: object) -> str:
    return f"/your-photos/proof/{record}/"


@pytest.mark.requirement("L7")
def test_a_proof_verifies_offline_and_says_what_was_answered(at_home: Giver, keeper: Keeper) -> None:
    keeper()
    record = given(at_home)
    answer = at_home.client.get(proof_path(record.record_id))
    assert answer.status_code == 200
    index, entry, checkpoint = verify_log.check_proof(answer.content.decode(), log_key())
    assert index < checkpoint.size
    assert (entry["action"], entry["subject"]) == ("consent:given", str(record.subject))
    assert entry["data"]["record"] == str(record.record_id)


def test_it_is_a_file_named_by_the_photos_number_and_the_day(at_home: Giver, keeper: Keeper) -> None:
    keeper()
    record = given(at_home)
    answer = at_home.client.get(proof_path(record.record_id))
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    name = f"photo-1-{record.at:%Y-%m-%d}.tlog-proof"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_until_a_checkpoint_covers_it_the_page_says_when(at_home: Giver) -> None:
    answer = at_home.client.get(proof_path(given(at_home).record_id))
    assert answer.status_code == 202
    assert "within about a minute" in text(answer)
    assert f'href="{proof_path(given(at_home).record_id)}"' in answer.content.decode()


def test_every_answer_about_a_photo_has_its_proof(at_home: Giver, keeper: Keeper) -> None:
    assert len(proofs(at_home)) == 2
    at_home.client.post(
        "/your-photos/withdraw/", {"photo": str(at_home.ids[0])}, QUERY_STRING=f"photo={at_home.ids[0]}"
    )
    at_home.client.post("/your-photos/undo/", {"photo": str(at_home.ids[0])})
    keeper()
    found = proofs(at_home)
    assert len(found) == 4
    said = []
    for path in found:
        _index, entry, _checkpoint = verify_log.check_proof(at_home.client.get(path).content.decode(), log_key())
        said.append(entry["action"])
    assert said == ["consent:given", "consent:withdrawn", "consent:renewed", "consent:given"]


def test_the_page_says_what_a_proof_is_and_where_to_check_it(at_home: Giver) -> None:
    page = at_home.client.get(MANAGE)
    assert "A proof is a small file" in text(page)
    assert 'href="/log/#proof"' in page.content.decode()


def test_the_copy_holds_every_proof_or_nothing_in_its_place(at_home: Giver, keeper: Keeper) -> None:
    answers = json.loads(at_home.client.get("/your-photos/copy/").content)["answers"]
    assert {answer["proof"] for answer in answers} == {None}
    keeper()
    for answer in json.loads(at_home.client.get("/your-photos/copy/").content)["answers"]:
        _index, entry, _checkpoint = verify_log.check_proof(answer["proof"], log_key())
        assert entry["data"]["record"] == answer["record"]
        assert entry["action"] == f"consent:{answer['state']}"


def test_damaged_copies_of_the_log_keep_nobody_from_their_own_copy(
    at_home: Giver, keeper: Keeper, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keeper()
    shutil.rmtree(tmp_path / "log-copies" / "tile")
    answers = json.loads(at_home.client.get("/your-photos/copy/").content)["answers"]
    assert {answer["proof"] for answer in answers} == {None}
    assert at_home.client.get(proof_path(given(at_home).record_id)).status_code == 202
    assert "could not be made" in caplog.text


def test_a_proof_names_nobody(at_home: Giver, keeper: Keeper) -> None:
    keeper()
    answer = at_home.client.get(proof_path(given(at_home).record_id)).content.decode()
    _index, entry, _checkpoint = verify_log.check_proof(answer, log_key())
    assert at_home.address not in answer + json.dumps(entry)


def test_somebody_elses_answer_does_not_exist(at_home: Giver, keeper: Keeper) -> None:
    mine = given(at_home).record_id
    other = Giver(address="other@example.org").agrees()
    open_page(other)
    keeper()
    assert other.client.get(proof_path(mine)).status_code == 404
    assert other.client.get(proof_path(uuid4())).status_code == 404
    assert Client().get(proof_path(mine)).status_code == 302


def test_a_proof_is_only_read(at_home: Giver) -> None:
    assert at_home.client.post(proof_path(given(at_home).record_id)).status_code == 405
