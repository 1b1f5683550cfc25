"""Each address that serves a picture, each kind of visitor, each state of a photo: who gets bytes, and who does not.

All addresses go through the gate but two: the officer's look at what is held, and the sender's preview of their own.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotation.actions import take_next
from annotation.models import Search
from contributions import actions as contributions
from contributions.models import Claim, Photo
from screening import actions
from screening.models import KnownList, NearDuplicate, Verdict
from screening.queries import is_servable, servable
from tests import pictures
from tests.builders import given
from tests.cast import Casting, Member
from tests.contributions.claimant import Claimant
from tests.contributions.giving import Browser
from tests.screening.found import ruled
from tests.site.rules import ROLES
from tests.structure.test_imports import EVERY, modules

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "identity"]),
    pytest.mark.requirement("S1", "S6", "S9", "W1"),
]
Seen = set[tuple[str, str]]
FOUND: Seen = {("lead", "find"), ("adjudicator", "find"), ("curator", "find")}
NOT_HELD: Seen = {("lead", "compare"), ("officer", "compare")} | FOUND
THROUGH_THE_GATE: Seen = {("annotator with the photo", "work")} | NOT_HELD
LOOKED_AT: Seen = {("officer", "look")}
NOBODY: Seen = set()
MAY = THROUGH_THE_GATE | LOOKED_AT
# The states in which everybody tries.
TRIED_BY_ALL = {"clear", "held", "locked"}


class Visitors:
    """Everybody of the staff and a stranger, before one photo that is in use, held by an annotator and has a twin."""

    def __init__(self, staff: Casting) -> None:
        self.made = given(pictures.png(320, 240), pictures.png(330, 240, name="cat")).agree()
        self.everybody: dict[str, Client] = {"anonymous": Client(), "annotator with the photo": Client()}
        self.members: dict[str, Member] = {role: staff(role) for role in (*ROLES, "annotator")}
        holder = staff("annotator")
        self.everybody |= {role: member.client for role, member in self.members.items()}
        self.everybody["annotator with the photo"] = holder.client
        task = take_next(staff_id=holder.user.pk)
        assert task is not None
        self.photo = task.photo
        (other,) = [photo for photo in self.made.photos if photo.pk != self.photo.pk]
        first, second = sorted([self.photo, other], key=lambda photo: photo.pk)
        NearDuplicate.objects.all().delete()
        pair = NearDuplicate.objects.create(one=first, other=second, distance=3)
        # Everybody has a question of their own that finds every photo, whether or not they may ask one.
        questions = {role: Search.objects.create(by=member.user) for role, member in self.members.items()}
        self.questions = {member.client: questions[role].pk for role, member in self.members.items()}
        self.addresses = {
            "work": reverse("annotation:task_image", args=[task.pk]),
            "compare": reverse("screening:duplicate_picture", args=[pair.pk, self.photo.pk]),
        }

    def seen(self, *, by_all: bool) -> Seen:
        """Who gets bytes of the photo, and where; not `by_all`: only of those who may at other times."""
        return {
            (name, where)
            for name, client in self.everybody.items()
            for where in (*self.addresses, "look", "find")
            if (by_all or (name, where) in MAY) and _is_picture(self._answer(client, where))
        }

    def judged(self, state: str, *, by: str = "system") -> None:
        """One more verdict."""
        if by == "system":
            last = Verdict.objects.filter(photo=self.photo).latest("pk")
            Verdict.objects.create(
                photo=self.photo, content=last.content, policy=last.policy, state=state, reasons=["x"], by=by
            )
        else:
            ruled(self.photo, state)

    def _answer(self, client: Client, where: str) -> Any:
        if where == "find":
            question = self.questions.get(client) or self.questions[self.members["lead"].client]
            return client.post(reverse("annotation:found_look", args=[question, self.photo.pk]))
        return client.get(self.addresses.get(where) or self._look(client))

    def _look(self, client: Client) -> str:
        client.post(reverse("screening:look_begin", args=[self.photo.pk]))
        begun = client.session.get("look") or {"look": uuid4()}
        return reverse("screening:look_picture", args=[self.photo.pk, begun["look"]])


def _bytes(client: Client, address: str) -> bool:
    return _is_picture(client.get(address))


def _is_picture(answer: Any) -> bool:
    if answer.status_code != 200:
        return False
    return b"".join(answer.streaming_content)[:2] == b"\xff\xd8" if answer.streaming else False


def states(
    visitors: Visitors, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, Callable[[], object], Seen]]:
    """Each state, how the photo comes to it from the one before, and who sees the photo then."""
    photos, photo = Photo.objects.filter(pk=visitors.photo.pk), visitors.photo
    yield "clear", lambda: None, THROUGH_THE_GATE
    yield "never judged", lambda: photos.update(full=photo.thumbnail), NOBODY
    yield "judged", lambda: photos.update(full=photo.full), THROUGH_THE_GATE
    yield "held", lambda: visitors.judged("held"), LOOKED_AT
    yield "cleared by an officer", lambda: visitors.judged("clear", by="staff"), THROUGH_THE_GATE
    yield "excluded", lambda: visitors.judged("excluded", by="staff"), NOBODY
    yield "locked", lambda: visitors.judged("locked"), NOBODY
    yield "held by two officers", lambda: visitors.judged("held", by="staff"), LOOKED_AT
    yield "cleared by two officers", lambda: visitors.judged("clear", by="staff"), THROUGH_THE_GATE
    actions.notice_policy()
    yield "under a policy that nobody knows", lambda: setattr(settings, "SCREENING_POLICY", "another"), NOBODY
    yield "under the policy before", actions.notice_policy, THROUGH_THE_GATE
    over = timezone.now() + timedelta(days=settings.RESCREEN_DAYS)
    clock = "screening.queries.policy.timezone"
    yield "after the deadline", lambda: monkeypatch.setattr(clock, SimpleNamespace(now=lambda: over)), NOBODY
    yield "before the deadline", lambda: monkeypatch.setattr(clock, timezone), THROUGH_THE_GATE
    late = timezone.now() - timedelta(hours=settings.REVERSE_MATCH_HOURS, seconds=1)
    yield "late", lambda: KnownList.objects.create(name="national", version=2, waiting_since=late), NOBODY
    yield "in time", lambda: KnownList.objects.update(waiting_since=None), THROUGH_THE_GATE
    yield "claimed", lambda: Claimant().claims(sender=visitors.made.address), NOBODY
    yield "not claimed", lambda: Claim.objects.update(blocks=False), THROUGH_THE_GATE
    yield "withdrawn", lambda: visitors.made.withdraw(photo), NOBODY
    # Whoever had the photo has given it back.
    yield "not withdrawn", visitors.made.undo, NOT_HELD
    yield "withdrawn again", lambda: visitors.made.withdraw(photo), NOBODY
    yield "erased", lambda: erase(visitors), NOBODY


def erase(visitors: Visitors) -> None:
    participant = visitors.made.sending.participant
    assert participant is not None
    contributions.erase_now(participant=participant, photos=[visitors.photo.pk])
    contributions.run(photo_id=visitors.photo.pk)
    assert contributions.erase(photo_id=visitors.photo.pk)


def test_who_sees_a_photo_in_which_state(staff: Casting, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OFFICER_VIEWS_A_DAY = 1000
    visitors = Visitors(staff)
    for state, come_to, expected in states(visitors, settings, monkeypatch):
        come_to()
        assert visitors.seen(by_all=state in TRIED_BY_ALL) == expected, state
        for one in Photo.objects.values_list("pk", flat=True):
            assert is_servable(one) == servable().filter(pk=one).exists(), state


@pytest.mark.requirement("S10")
@pytest.mark.parametrize("verdict", ["never judged", "clear", "held", "excluded", "locked"])
def test_a_preview_says_nothing_of_screening_and_is_the_senders_alone(staff: Casting, verdict: str) -> None:
    giver = Browser().start()
    photo = giver.chosen()
    address = reverse("contributions:photo_preview", args=[photo.pk])
    if verdict == "never judged":
        Photo.objects.filter(pk=photo.pk).update(full=photo.thumbnail)
    elif verdict != "clear":
        ruled(photo, verdict)
    assert _bytes(giver, address)
    assert not any(_bytes(client, address) for client in (Client(), Browser().start(), staff("officer").client))


SERVES = re.compile(r"^def (\w+)\(request.*?(?=^def |\Z)", re.MULTILINE | re.DOTALL)
STREAMS = re.compile(r"StreamingHttpResponse\(|FileResponse\(|content_type=.image/|return sent\(")
# Those above; and a file of a release, of which the gate is asked at each request (tests/releases/test_deliveries.py).
KNOWN = {"task_image", "duplicate_picture", "found_look", "look_picture", "photo_preview", "dataset_file"}
NO_PICTURES = {"export"}


def test_no_other_address_serves_pictures() -> None:
    views = [path for room in EVERY for path in modules(room) if "views" in str(path)]
    found = {match[1] for path in views for match in SERVES.finditer(path.read_text()) if STREAMS.search(match[0])}
    assert found - NO_PICTURES == KNOWN
