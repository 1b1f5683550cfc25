"""The receipt's document: every field of ISO/IEC TS 27560 as the W3C DPV guide names it, and nothing that tells who."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from audit.models import Event
from consent import actions
from consent.codes import digest_of
from consent.models import ConsentRecord, Receipt
from consent.queries import latest_notice, receipt_documents
from consent.sources import sources
from consent.transitions import ConsentState
from tests.consent.clock import clock
from tests.consent.notices import published

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("K6")]
PARTICIPANT = UUID("5d3c7c1e-6f0b-4a55-9a0c-1f2e3d4c5b6a")
BY = f"participant:{PARTICIPANT}"

RECORD = "hasRecordOfActivity[]"
# Section and field of ISO/IEC TS 27560:2023, whether it is mandatory there, and where it stands in the document.
FIELDS = [
    ("header", "schema_version", True, f"{RECORD}.conformsTo"),
    ("header", "record_id", True, f"{RECORD}.identifier"),
    ("header", "receipt_id", True, "identifier"),
    ("header", "receipt_schema", True, "conformsTo"),
    ("header", "pii_principal_id", True, f"{RECORD}.hasDataSubject.identifier"),
    ("processing", "privacy_notice", True, f"{RECORD}.hasNotice.@id"),
    ("processing", "privacy_notice fingerprint", False, f"{RECORD}.hasNotice.sha256"),
    ("processing", "language", True, f"{RECORD}.language"),
    ("processing", "purpose", True, f"{RECORD}.hasPurpose[].@id"),
    ("processing", "purpose_type", False, f"{RECORD}.hasPurpose[].broader"),
    ("processing", "lawful_basis", False, f"{RECORD}.hasLegalBasis"),
    ("processing", "pii_information", True, f"{RECORD}.hasPersonalData[].@type"),
    ("processing", "pii_controllers", True, f"{RECORD}.hasDataController.@id"),
    ("processing", "collection_method", False, f"{RECORD}.hasDataSource"),
    ("processing", "processing_method", False, f"{RECORD}.hasProcessing"),
    ("processing", "storage_locations", True, f"{RECORD}.hasStorageCondition[0].hasLocation"),
    ("processing", "retention_period", True, f"{RECORD}.hasStorageCondition[1].hasDuration.value"),
    ("processing", "processing_locations", False, f"{RECORD}.hasLocation"),
    ("processing", "service", False, f"{RECORD}.hasService.hasName"),
    ("processing", "jurisdiction", True, f"{RECORD}.hasJurisdiction"),
    ("processing", "recipient_third_parties", True, f"{RECORD}.hasRecipient[].hasName"),
    ("processing", "withdrawal_method", True, f"{RECORD}.hasConsentControl.url"),
    ("processing", "codes_of_conduct", False, f"{RECORD}.hasOrganisationalMeasure.identifier"),
    ("processing", "authority_party", False, f"{RECORD}.hasAuthority.hasName"),
    ("pii", "pii_type", True, f"{RECORD}.hasPersonalData[].@type"),
    ("pii", "pii_attribute_id", False, f"{RECORD}.hasPersonalData[].identifier"),
    ("pii", "pii_optional", False, f"{RECORD}.hasPersonalData[].hasNecessity"),
    ("party", "party_id", True, f"{RECORD}.hasDataController.identifier"),
    ("party", "party_name", True, f"{RECORD}.hasDataController.hasName"),
    ("party", "party_address", True, f"{RECORD}.hasDataController.hasAddress"),
    ("party", "party_contact", True, f"{RECORD}.hasDataController.hasContact"),
    ("party", "party_type", True, f"{RECORD}.hasDataController.@type"),
    ("event", "event_time", True, f"{RECORD}.hasConsentStatus[].isIndicatedAtTime"),
    ("event", "validity_duration", True, f"{RECORD}.hasConsentStatus[].hasDuration.value"),
    ("event", "validity_duration type", True, f"{RECORD}.hasConsentStatus[].hasDuration.@type"),
    ("event", "entity_id", True, f"{RECORD}.hasConsentStatus[].isIndicatedBy"),
    ("event", "event_type and event_state", True, f"{RECORD}.hasConsentStatus[].@type"),
    ("event", "method", False, f"{RECORD}.hasConsentStatus[].hasIndicationMethod"),
]


def asked(count: int = 1) -> list[UUID]:
    subjects = [uuid4() for _ in range(count)]
    actions.ask(subjects=subjects, decision=uuid4(), by=BY)
    return subjects


def give(subjects: list[UUID], *scopes: str) -> UUID:
    decision = uuid4()
    choices = {subject: {"research", *scopes} for subject in subjects}
    actions.give(choices=choices, notice=latest_notice("en"), decision=decision, by=BY, method="link")
    return decision


def say(name: str, subjects: list[UUID], *, by: str = BY, method: str = "page") -> UUID:
    decision = uuid4()
    getattr(actions, name)(subjects=subjects, decision=decision, by=by, method=method)
    return decision


def _given() -> UUID:
    return give(asked(2), "sharing")


def _without_end() -> UUID:
    source = next(source for source in sources() if source.language == "en")
    actions.publish(source=replace(source, version="2027-1", valid_months=None), by="system")
    return give(asked(), "illustration")


def _withdrawn() -> UUID:
    subjects = asked()
    give(subjects, "sharing")
    return say("withdraw", subjects, method="code")


def _renewed() -> UUID:
    subjects = asked()
    give(subjects)
    say("withdraw", subjects)
    return say("renew", subjects)


def _refused() -> UUID:
    return say("refuse", asked())


def _revoked() -> UUID:
    subjects = asked()
    give(subjects)
    return say("revoke", subjects, by=f"staff:{uuid4()}", method="ruling")


def _expired() -> UUID:
    subjects, decision = asked(), uuid4()
    give(subjects)
    with clock() as time:
        time.forward(11 * 366)
        actions.expire(subjects=subjects, decision=decision)
    return decision


DECISIONS: dict[str, Callable[[], UUID]] = {
    "given": _given,
    "given without end": _without_end,
    "withdrawn": _withdrawn,
    "renewed": _renewed,
    "refused": _refused,
    "revoked": _revoked,
    "expired": _expired,
}


def issue(decision: UUID, **options: Any) -> tuple[Receipt, str, dict[str, Any]]:
    receipt, code = actions.issue_receipt(decision=decision, participant=PARTICIPANT, **options)
    return receipt, code, json.loads(receipt.document)


def found(document: object, path: str) -> list[object]:
    """Every value at a path: a.b goes into a mapping, [] into each of a list, [0] into one of it."""
    values = [document]
    for step in path.replace("[", ".[").split("."):
        if step == "[]":
            values = [one for value in values for one in value]  # type: ignore[attr-defined]
        elif step.startswith("["):
            values = [value[int(step[1:-1])] for value in values]  # type: ignore[index]
        else:
            values = [value[step] for value in values]  # type: ignore[index]
    return values


@pytest.mark.parametrize("decision", sorted(DECISIONS))
def test_every_field_of_the_guide_is_there_and_says_something(decision: str) -> None:
    published()
    _receipt, _code, document = issue(DECISIONS[decision]())
    for section, field, _mandatory, path in FIELDS:
        values = found(document, path)
        assert values, (section, field)
        assert all(values), (section, field)


def test_what_the_standard_demands_is_among_the_fields() -> None:
    demanded = {field for _section, field, mandatory, _path in FIELDS if mandatory}
    assert demanded >= {
        "schema_version", "record_id", "receipt_id", "pii_principal_id", "privacy_notice", "language", "purpose",
        "pii_information", "pii_controllers", "storage_locations", "retention_period", "jurisdiction",
        "recipient_third_parties", "withdrawal_method", "pii_type", "party_id", "party_name", "party_address",
        "party_contact", "party_type", "event_time", "validity_duration", "entity_id", "event_type and event_state",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("decision", "status"),
    [
        ("given", "dpv:ConsentGiven"),
        ("withdrawn", "dpv:ConsentWithdrawn"),
        ("renewed", "dpv:RenewedConsentGiven"),
        ("refused", "dpv:ConsentRefused"),
        ("revoked", "dpv:ConsentRevoked"),
        ("expired", "dpv:ConsentExpired"),
    ],
)
def test_the_last_event_is_the_decision_and_the_first_the_asking(decision: str, status: str) -> None:
    published()
    _receipt, _code, document = issue(DECISIONS[decision]())
    for record in document["hasRecordOfActivity"]:
        states = [event["@type"][0] for event in record["hasConsentStatus"]]
        assert (states[0], states[-1]) == ("dpv:ConsentRequested", status)
        times = [event["isIndicatedAtTime"] for event in record["hasConsentStatus"]]
        assert times == sorted(times)


def test_what_staff_or_time_did_is_said_of_the_institution_and_the_persons_word_of_the_person() -> None:
    published()
    for decision, whose in (("revoked", False), ("expired", False), ("withdrawn", True)):
        _receipt, _code, document = issue(DECISIONS[decision]())
        record = document["hasRecordOfActivity"][0]
        said_by = record["hasConsentStatus"][-1]["isIndicatedBy"]
        assert (said_by == record["hasDataSubject"]["@id"]) is whose
        assert (said_by == record["hasDataController"]["@id"]) is not whose


def test_a_consent_ends_at_a_time_or_with_its_withdrawal() -> None:
    published()
    for decision, kind in ((_given(), "dpv:UntilTimeDuration"), (_without_end(), "dpv:UntilEventDuration")):
        _receipt, _code, document = issue(decision)
        for path in ("hasConsentStatus[].hasDuration", "hasStorageCondition[1].hasDuration"):
            assert found(document, f"{RECORD}.{path}")[-1]["@type"] == kind  # type: ignore[index]


def test_purposes_and_recipients_are_those_agreed_to_and_stand_on_our_own_pages() -> None:
    notice = published()
    _receipt, _code, document = issue(_given())
    record = document["hasRecordOfActivity"][0]
    address = f"{settings.SITE_URL}/notice/{notice.version}/en/"
    assert [purpose["@id"] for purpose in record["hasPurpose"]] == [f"{address}#research", f"{address}#sharing"]
    assert len(record["hasRecipient"]) == 2
    assert record["hasNotice"]["sha256"] == notice.sha256


def test_every_state_has_a_word_of_the_vocabulary() -> None:
    published()
    told = {
        event["@type"][0]
        for name in sorted(DECISIONS)
        for record in issue(DECISIONS[name]())[2]["hasRecordOfActivity"]
        for event in record["hasConsentStatus"]
    }
    assert len(told) == len(ConsentState)


class TestLinkedData:
    """Read by a program that knows JSON-LD: every key and every name can be looked up in the document's own context."""

    @pytest.mark.parametrize("decision", sorted(DECISIONS))
    def test_every_key_and_every_short_name_is_in_the_context(self, decision: str) -> None:
        published()
        _receipt, _code, document = issue(DECISIONS[decision]())
        context = document.pop("@context")
        prefixes = {key for key, value in context.items() if isinstance(value, str) and value.startswith("http")}
        for key, value in _pairs(document):
            assert key in {"@id", "@type"} or key in context, key
            is_name = key in {"@id", "@type"} or (isinstance(context[key], dict) and context[key]["@type"] == "@id")
            for one in value if isinstance(value, list) else [value]:
                if is_name and isinstance(one, str):
                    assert one.split(":")[0] in prefixes | {"http", "https", "urn"}, (key, one)
        for value in context.values():
            name = value if isinstance(value, str) else value["@id"]
            assert name.split(":")[0] in prefixes | {"http", "https"}

    def test_the_bytes_are_the_same_each_time(self) -> None:
        published()
        receipt, _code, document = issue(_given())
        text = receipt.document
        assert text == json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        assert receipt.document_sha256 == sha256(text.encode()).hexdigest()

    def test_it_is_written_in_the_language_asked_for(self) -> None:
        published()
        decision = _given()
        for language in ("en", "nl", "sv"):
            _receipt, _code, document = issue(decision, language=language)
            assert document["language"] == language


class TestWhatItDoesNotHold:
    """Neither the code nor an address of the person; and nothing of anybody else."""

    def test_no_code_and_no_address(self) -> None:
        published()
        receipt, code, _document = issue(_given())
        assert code not in receipt.document
        assert code.replace("-", "") not in receipt.document
        assert digest_of(code).hex() not in receipt.document
        assert receipt.document.count("@example") == receipt.document.count(str(settings.CAMPAIGN["contact"]))

    def test_others_asked_or_answering_in_the_same_decision_are_left_out(self) -> None:
        notice, (own, invited, other) = published(), asked(3)
        decision = give([own])
        actions.ask(subjects=[uuid4()], decision=decision, by=BY)
        by = f"participant:{uuid4()}"
        actions.give(choices={other: ["research"]}, notice=notice, decision=decision, by=by, method="link")
        actions.revoke(subjects=[invited], decision=decision, by="system", method="erased")
        _receipt, _code, document = issue(decision, subjects=[own, other])
        assert found(document, f"{RECORD}.hasPersonalData[0].identifier") == [str(own)]

    def test_what_was_said_later_is_not_in_it(self) -> None:
        published()
        subjects = asked()
        first = give(subjects)
        say("withdraw", subjects)
        _receipt, _code, document = issue(first)
        assert len(document["hasRecordOfActivity"][0]["hasConsentStatus"]) == 2

    def test_a_decision_without_a_record_gives_a_receipt_without_one(self) -> None:
        assert issue(uuid4())[2]["hasRecordOfActivity"] == []


def test_the_log_holds_the_fingerprints_of_document_and_code() -> None:
    published()
    receipt, code, _document = issue(_given())
    data = Event.objects.get(action="receipt:issued", subject=str(receipt.pk)).data
    assert data["document"] == sha256(receipt.document.encode()).hexdigest()
    assert data["code"] == digest_of(code).hex()


def test_a_person_finds_the_documents_again_newest_first() -> None:
    published()
    issued = [issue(_given())[0] for _ in range(2)]
    Receipt.objects.create(decision=uuid4(), participant=PARTICIPANT, code_sha256=b"x" * 32)
    assert receipt_documents(PARTICIPANT) == issued[::-1]
    assert receipt_documents(uuid4()) == []


def test_a_refusal_tells_the_notice_that_was_read() -> None:
    published()
    subjects, decision = asked(), uuid4()
    notice = latest_notice("sv")
    actions.refuse(subjects=subjects, decision=decision, by=BY, method="link", notice=notice)
    assert issue(decision)[2]["hasRecordOfActivity"][0]["hasNotice"]["sha256"] == notice.sha256
    assert ConsentRecord.objects.get(decision=decision).notice == notice


def _pairs(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield from value.items()
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _pairs(one)
