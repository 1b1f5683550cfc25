"""audit.actions.record: what it takes, and what it refuses before anything reaches the database."""

import re
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from audit import actions
from audit.content import canonical, is_canonical, mentions
from audit.models import Event, FieldsDoNotMatch, Mention
from tests.audit.events import SEEN, plain

UUID_TEXT = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
PHOTO = UUID("7f3c0a52-0000-4000-8000-000000000001")


def seal() -> None:
    """Run what COMMIT would run, inside the test's transaction."""
    connection.check_constraints()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    [PHOTO, str(PHOTO), 0, -12, 2**53 - 1, [1 - 2**53], True, None, "nudity", "en-gb", "a" * 64, [], [1, "a", None],
     date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), "2026-01-02T03:04:05Z"],
)  # fmt: skip
def test_ids_numbers_dates_and_code_words_are_recorded(value: object) -> None:
    plain(value)
    seal()
    written = Event.objects.get().leaf
    assert canonical({"value": value}) in written
    assert is_canonical(canonical({"value": value}))


@pytest.mark.requirement("L8")
@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    ["someone@example.org", "Anna", "two words", "a" * 65, "", "é", "a\nb", '"', "10.0.0.1/24", 1.5, 2**53, b"a",
     {"a": 1}, [["a"]], ["Anna"], datetime(2026, 1, 2)],  # noqa: DTZ001
)  # fmt: skip
def test_what_could_be_personal_data_is_refused_and_not_repeated(value: object) -> None:
    with pytest.raises(actions.NotForTheLog) as refusal:
        plain(value)
    assert "Anna" not in str(refusal.value)
    seal()
    assert not Event.objects.exists()


@pytest.mark.requirement("L8")
@pytest.mark.django_db
@pytest.mark.parametrize(
    "by",
    [
        "",
        "staff:",
        f"staff:{PHOTO.hex}",
        f"Staff:{PHOTO}",
        f"user:{PHOTO}",
        "system:1",
        "someone@example.org",
        f"staff:{PHOTO} ",
    ],
)
def test_an_actor_outside_of_the_grammar_is_refused(by: str) -> None:
    with pytest.raises(actions.NotForTheLog):
        actions.record(SEEN, subject=PHOTO, by=by, photo=PHOTO, times=1)


@pytest.mark.requirement("L8")
@pytest.mark.django_db
@pytest.mark.parametrize("subject", ["", "Photo 1", "someone@example.org", "a" * 65, "-1"])
def test_a_subject_that_is_no_id_is_refused(subject: str) -> None:
    with pytest.raises(actions.NotForTheLog):
        actions.record(SEEN, subject=subject, by="system", photo=PHOTO, times=1)


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{}, {"photo": PHOTO}, {"photo": PHOTO, "times": 1, "note": "more"}])
def test_missing_and_undeclared_fields_are_refused(data: dict[str, object]) -> None:
    with pytest.raises(FieldsDoNotMatch):
        actions.record(SEEN, subject=PHOTO, by="system", **data)  # type: ignore[arg-type]


@pytest.mark.requirement("L10")
@pytest.mark.django_db(transaction=True)
def test_recording_outside_of_a_transaction_is_refused() -> None:
    with pytest.raises(actions.RecordedOutsideTransaction):
        actions.record(SEEN, subject=PHOTO, by="system", photo=PHOTO, times=1)
    assert not Event.objects.exists()


@pytest.mark.requirement("L8")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "actor", "subject", "data"),
    [
        ("Sample:seen", "system", "a", "{}"),
        ("seen", "system", "a", "{}"),
        ("sample:seen", "anna", "a", "{}"),
        ("sample:seen", "system", "Anna", "{}"),
        ("sample:seen", "system", "a", "[]"),
        ("sample:seen", "system", "a", "1"),
        ("sample:seen", "system", "a", '{"a":1.5}'),
        ("sample:seen", "system", "a", '{"a":9007199254740992}'),
        ("sample:seen", "system", "a", '{"a":[1,-9007199254740992]}'),
        ("sample:seen", "system", "a", '{"a":"Anna"}'),
        ("sample:seen", "system", "a", '{"a":"a@example.org"}'),
        ("sample:seen", "system", "a", '{"a":["a","b c"]}'),
        ("sample:seen", "system", "a", '{"a":{"b":1}}'),
        ("sample:seen", "system", "a", '{"b":1,"a":1}'),
        ("sample:seen", "system", "a", '{"a": 1}'),
        ("sample:seen", "system", "a", '{"a":1,"a":2}'),
        ("sample:seen", "system", "a", '{"A":1}'),
        ("sample:seen", "system", "a", '{"a":"' + "a" * 65 + '"}'),
        ("sample:seen", "system", "a", '{"a":[' + ",".join(["1"] * 5000) + "]}"),
    ],
)
def test_the_database_refuses_it_too(action: str, actor: str, subject: str, data: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit.record(%s, %s, %s, %s)", [action, actor, subject, data])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    ["a", 12, "ab" * 32, "ab" * 31, PHOTO, f"staff:{PHOTO}", f"{PHOTO}.{PHOTO}"[:64], [PHOTO, "ab" * 32, UUID(int=9)]],
)  # fmt: skip
def test_python_and_the_database_agree_on_what_an_entry_mentions(value: object) -> None:
    plain(value)
    seal()
    event = Event.objects.get()
    found = list(Mention.objects.values_list("mentioned", flat=True))
    assert found == mentions(actor=event.actor, subject=event.subject, data=canonical({"value": value}))
    assert found == sorted({event.subject, *re.findall(f"{UUID_TEXT}|[0-9a-f]{{64}}", event.leaf)})


@pytest.mark.parametrize(
    "data",
    ["", "null", "[]", "5", '{"a":1', '{"a":1}}', '{"a":1},"b":{"c":1}', '{"b":1,"a":1}', '{"a":1,"a":1}', '{"a": 1}',
     '{"a":01}', '{"a":-0}', '{"a":1.0}', '{"a":1e5}', '{"a":NaN}', '{"a":"\\u0061"}', '{"a":"é"}', '{"a":"b c"}',
     '{"a":{"b":1}}', '{"a":[[1]]}', '{"a":[1,]}', '{"a":1,}', '{a:1}', '{"a":1}\n',
     '{"a":\N{ARABIC-INDIC DIGIT ONE}}'],
)  # fmt: skip
def test_another_text_of_fields_is_not_canonical(data: str) -> None:
    assert is_canonical('{"a":1,"b":["c",-2,null]}')
    assert is_canonical("{}")
    assert not is_canonical(data)


@pytest.mark.django_db
def test_what_is_no_json_is_refused_by_the_database() -> None:
    with pytest.raises(Exception, match="json"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit.record('sample:seen', 'system', %s, 'no json')", [str(uuid4())])
