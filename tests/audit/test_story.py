"""The whole story of one id: what the log calls it, what belongs to it, and nothing of anybody else."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from audit import actions
from audit.desk import stories
from audit.desk.stories import story_of
from audit.models import EventKind
from audit.queries import paging
from contributions import actions as contributions
from contributions.models import Withdrawal
from contributions.tasks import erase_due
from identity.actions import record_waiting
from tests.audit.events import PLAIN, commit
from tests.builders import given
from tests.contributions.giver import Giver
from tests.identity.mails import sent

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "identity", "auditor"]),
    pytest.mark.requirement("L9"),
]
OPENED = EventKind("box:opened", "{giver} opened box {box}.", fields=("giver", "box"), ties=(("giver", "box"),))
FILLED = EventKind("box:filled", "Box {box} took {things}.", fields=("box", "things"), ties=(("box", "things"),))
SHUT = EventKind("thing:shut", "Thing {subject} got lid {lid}.", fields=("lid",), ties=(("subject", "lid"),))


@pytest.fixture(autouse=True)
def no_rooms_above(settings: Any) -> None:
    """The desk alone."""
    settings.AUDIT_PANELS, settings.AUDIT_CHARTS, settings.AUDIT_CHOICES, settings.AUDIT_PAGES = [], [], {}, []


@pytest.fixture
def auditor(staff: Callable[..., Any]) -> Client:
    """An auditor's browser."""
    client: Client = staff("auditor").client
    return client


def recorded(kind: EventKind, subject: UUID, by: str = "system", **data: Any) -> None:
    with transaction.atomic():
        actions.record(kind, subject=subject, by=by, **data)


def test_a_story_holds_what_belongs_to_the_id_and_what_belongs_to_that() -> None:
    giver, box, one, two, other = (uuid4() for _ in range(5))
    recorded(OPENED, box, giver=giver, box=box)
    recorded(OPENED, uuid4(), giver=other, box=uuid4())
    recorded(FILLED, box, box=box, things=[one, two])
    commit(1, photo=one)
    assert story_of(str(giver)).ids == tuple(map(str, (giver, box, one, two)))
    assert story_of(str(box)).ids == tuple(map(str, (box, one, two)))
    assert story_of(str(one)).ids == (str(one),)


def test_a_circle_of_ties_ends() -> None:
    one, two = uuid4(), uuid4()
    recorded(OPENED, one, giver=one, box=two)
    recorded(FILLED, two, box=two, things=[one])
    assert set(story_of(str(one)).ids) == {str(one), str(two)}


def test_a_subject_owns_as_what_its_kind_happens_to() -> None:
    thing, lid = uuid4(), uuid4()
    recorded(SHUT, thing, lid=lid)
    assert story_of(str(thing)).ids == (str(thing), str(lid))


def test_a_story_that_grows_too_long_is_cut_and_says_so(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    giver = uuid4()
    for _number in range(3):
        recorded(OPENED, uuid4(), giver=giver, box=uuid4())
    assert not story_of(str(giver)).is_cut
    assert "This story is cut" not in page(auditor, giver)
    monkeypatch.setattr(stories, "MOST_IDS", 3)
    assert (len(story_of(str(giver)).ids), story_of(str(giver)).is_cut) == (3, True)
    monkeypatch.setattr(stories, "MOST_IDS", 100)
    monkeypatch.setattr(stories, "MOST_ENTRIES", 2)
    assert story_of(str(giver)).is_cut
    told = page(auditor, giver)
    assert "This story is cut" in told
    assert "Download this story" not in told
    answer = auditor.get(reverse("audit:export"), {"story": str(giver)})
    assert (answer.status_code, "one file follows" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize(
    ("by", "data", "title"),
    [
        ("staff:{}", {}, "Staff member"),
        ("participant:{}", {}, "Participant"),
        ("system", {"value": "{}"}, "Value"),
    ],
)
def test_the_heading_says_what_the_id_is(auditor: Client, by: str, data: dict[str, str], title: str) -> None:
    known = uuid4()
    recorded(PLAIN, uuid4(), by=by.format(known), **{name: value.format(known) for name, value in data.items()})
    assert f"<h1>{title} <span" in page(auditor, known)


def test_a_story_of_nobody_says_so(auditor: Client) -> None:
    told = page(auditor, uuid4())
    assert "<h1>Unknown id <span" in told
    assert "No entry mentions this id" in told


def test_a_story_is_told_from_its_beginning_a_page_at_a_time(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    photo = commit(3)
    first = auditor.get(address(photo)).context
    assert [line.index for line in first["lines"]] == [0, 1]
    rest = auditor.get(first["later"]).context
    assert ([line.index for line in rest["lines"]], rest["later"], rest["first"]) == ([2], "", address(photo))


def test_a_story_is_exported_whole(auditor: Client) -> None:
    giver, box = uuid4(), uuid4()
    recorded(OPENED, box, giver=giver, box=box)
    recorded(FILLED, box, box=box, things=[])
    commit(1)
    answer = auditor.get(reverse("audit:export"), {"story": str(giver), "format": "jsonl"})
    lines = b"".join(answer.streaming_content).splitlines()  # type: ignore[attr-defined]
    assert [json.loads(line)["index"] for line in lines] == [0, 1]


def test_the_story_of_a_participant_tells_of_sending_photo_consent_and_withdrawal(auditor: Client) -> None:
    made = given().agree("sharing")
    made.withdraw()
    given().agree()
    participant, (photo,) = made.sending.participant, made.photos
    assert participant is not None
    ids = story_of(str(participant)).ids
    assert {str(made.sending.pk), str(photo.pk)} <= set(ids)
    told = [line.action for line in auditor.get(address(participant)).context["lines"]]
    assert {"sending:started", "photo:received", "sending:sent", "consent:given", "photo:withdrawn"} <= set(told)
    assert told.count("sending:started") == 1


@pytest.mark.requirement("L8")
def test_after_erasure_no_row_about_persons_answers_to_any_id_of_the_story(settings: Settings) -> None:
    settings.RECEIPT_PROOF_SECONDS = 0  # receipts under way keep the address
    giver = Giver().agrees(2)
    ids = set(story_of(str(giver.participant)).ids)
    assert answering(ids) != []
    contributions.withdraw(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
    giver.works()
    Withdrawal.objects.update(erase_from=timezone.now())
    erase_due()
    contributions.complete()
    sent()
    record_waiting()
    ids |= set(story_of(str(giver.participant)).ids)
    assert {str(giver.participant), *map(str, giver.ids)} <= ids
    assert answering(ids) == []


def answering(ids: set[str]) -> list[str]:
    """Every model of the identity database that holds one of these ids in any field of any row."""
    return [
        model.__name__
        for model in apps.get_app_config("identity").get_models()
        if any(str(value) in ids for row in model._default_manager.values_list() for value in row)
    ]


def address(known: UUID) -> str:
    """The address of one id's story."""
    return reverse("audit:story", args=[known])


def page(auditor: Client, known: UUID) -> str:
    """What the auditor's browser shows."""
    answer = auditor.get(address(known))
    assert answer.status_code == 200
    return answer.content.decode()
