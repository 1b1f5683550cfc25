"""What is said about erasure is the same whether it happened, is held back, or fails (requirement K10)."""

import re
from uuid import uuid4

import pytest
from django.utils import timezone

from contributions import actions, tasks
from contributions.actions.invited import answer_invitation
from contributions.actions.quieting import hush_what_is_over
from contributions.models import Photo, Withdrawal
from identity.models import Attempt, Mail
from screening.models import Verdict
from tests.consent.notices import published
from tests.contributions.giver import Giver
from tests.contributions.invited import asked, link_of
from tests.identity.mails import last_link, sent
from vault import actions as vault

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"], transaction=True),
    pytest.mark.requirement("K10"),
]

MADE_UP = (
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    r"\b[0-9a-f]{64}\b",
    r"\d{4}-\d\d-\d\dT[\d:.+Z]+",
    r"\d{1,2} [A-Z][a-z]+ \d{4}(, \d\d:\d\d)?",
    r'(csrfmiddlewaretoken" value|nonce)="[^"]*"',
)


def papers(giver: Giver) -> dict[str, str]:
    """Page, both copies and the newest receipt, with the ids and times that were given taken out."""
    giver.client.post("/change-or-withdraw/", {"email": giver.address})
    giver.client.get(last_link())
    giver.client.post("/your-photos/open/", {"what": "see"})
    page = giver.client.get("/your-photos/").content.decode()
    receipts = re.findall(r'href="(/your-photos/receipts/[^"]+)"', page)
    paths = ["/your-photos/copy/", "/your-photos/copy/read/", "/your-photos/copy/file/", receipts[0]]
    told = {"page": page} | {path: giver.client.get(path).content.decode() for path in paths}
    return {f"{number}": without_what_was_given(text) for number, text in enumerate(told.values())}


def without_what_was_given(text: str) -> str:
    for pattern in MADE_UP:
        text = re.sub(pattern, "~", text)
    return text


def withdrawn(address: str, *, lock: bool) -> Giver:
    """Somebody with one photo that is withdrawn and one that is not; the first one locked by screening, or not."""
    giver = Giver(address=address).agrees(2)
    photo = giver.photos[0]
    if lock:
        Verdict.objects.create(photo=photo, content=str(photo.full_id), policy="x", state="locked", by="system")
    actions.withdraw(participant=giver.participant, photos=[photo.pk], decision=uuid4(), method="page")
    giver.works()
    return giver


def wait_is_over() -> None:
    Withdrawal.objects.update(erase_from=timezone.now())
    tasks.erase_due()
    vault.rotate()


def test_an_erased_and_a_locked_photo_read_alike_on_the_page_in_both_copies_and_on_the_receipt() -> None:
    erased, locked = withdrawn("anna@example.org", lock=False), withdrawn("alex@example.org", lock=True)
    wait_is_over()
    states = [Photo.objects.get(pk=giver.ids[0]).state for giver in (erased, locked)]
    assert states == ["erased", "ready"]
    assert papers(erased) == papers(locked)


def test_before_the_wait_is_over_a_locked_photo_reads_like_every_other() -> None:
    free, locked = withdrawn("anna@example.org", lock=False), withdrawn("alex@example.org", lock=True)
    assert papers(free) == papers(locked)


def test_an_erasure_that_fails_reads_like_one_that_did_not(monkeypatch: pytest.MonkeyPatch) -> None:
    erased = withdrawn("anna@example.org", lock=False)
    wait_is_over()
    monkeypatch.setattr("contributions.tasks.to_erase", lambda **_limits: [])
    late = withdrawn("alex@example.org", lock=False)
    wait_is_over()
    assert Photo.objects.get(pk=late.ids[0]).state == "ready"
    assert papers(erased) == papers(late)


def test_what_erasure_ends_for_the_giver_shows_nowhere_when_somebody_shown_said_no() -> None:
    givers = {}
    for name, lock in (("anna", False), ("alex", True)):
        person = asked(f"{name}.friend@example.org", giver=f"{name}@example.org")
        photo = Photo.objects.get(pk=person.photo_id)
        if lock:
            Verdict.objects.create(photo=photo, content=str(photo.full_id), policy="x", state="locked", by="system")
        answer_invitation(link=link_of(person).pk, agreed=False, notice=published())
        givers[name] = Giver(address=f"{name}@example.org").agrees()
    wait_is_over()
    assert papers(givers["anna"]) == papers(givers["alex"])


def test_when_the_promised_time_has_come_a_link_request_is_answered_alike() -> None:
    givers = [Giver(address="anna@example.org").agrees(), Giver(address="alex@example.org").agrees()]
    photo = givers[1].photos[0]
    Verdict.objects.create(photo=photo, content=str(photo.full_id), policy="x", state="locked", by="system")
    for giver in givers:
        actions.withdraw(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
        giver.works()
    wait_is_over()
    tasks.sweep_across()
    assert hush_what_is_over() == 0
    for giver in givers:
        giver.client.post("/change-or-withdraw/", {"email": giver.address})
    sent()
    assert not Mail.objects.filter(kind=Mail.Kind.MANAGE_LINK).exists()


def test_a_code_whose_owner_has_nothing_left_is_answered_alike() -> None:
    answers = []
    for address, lock in (("anna@example.org", False), ("alex@example.org", True)):
        giver = Giver(address=address).drafts().sends()
        code = giver.answers("research").decided.code
        photo = giver.photos[0]
        if lock:
            Verdict.objects.create(photo=photo, content=str(photo.full_id), policy="x", state="locked", by="system")
        actions.withdraw(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
        wait_is_over()
        shown = giver.client.post("/withdraw/", {"code": code}).content.decode()
        done = giver.client.post("/withdraw/", {"confirm": "1"}).content.decode()
        answers.append((without_what_was_given(shown), without_what_was_given(done)))
    assert answers[0] == answers[1]


def test_when_all_is_over_erased_and_locked_are_answered_alike_everywhere() -> None:
    told = {address: _after_the_end(address, lock=lock) for address, lock in OVER.items()}
    assert told["anna@example.org"] == told["alex@example.org"]
    assert Photo.objects.filter(state="erased").count() == 1


OVER = {"anna@example.org": False, "alex@example.org": True}


def _after_the_end(address: str, *, lock: bool) -> list[str]:
    """What the person behind this address is told once all is over: page, papers, code, link, and a new sending."""
    giver = Giver(address=address).drafts().sends()
    code, former = giver.answers("research").decided.code, giver.participant
    if lock:
        photo = giver.photos[0]
        Verdict.objects.create(photo=photo, content=str(photo.full_id), policy="x", state="locked", by="system")
    client = giver.client
    client.post("/change-or-withdraw/", {"email": address})
    unused = last_link()
    client.post("/change-or-withdraw/", {"email": address})
    client.get(last_link())
    client.post("/your-photos/open/", {"what": "all"})
    receipts = re.findall(r'href="(/your-photos/receipts/[^"]+)"', client.get("/your-photos/").content.decode())
    assert receipts
    giver.works()
    wait_is_over()
    tasks.sweep_across()
    Mail.objects.update(ready_at=timezone.now())
    sent()
    tasks.sweep_across()
    # Typed more often than the limit allows, which is the same for everybody.
    Attempt.objects.all().delete()
    told = [client.get(path) for path in ("/your-photos/", "/your-photos/copy/", receipts[0], unused)]
    told += [client.post("/withdraw/", {"code": code}), client.post("/withdraw/", {"confirm": "1"})]
    told.append(client.post("/change-or-withdraw/", {"email": address}))
    before = len(sent())
    again = Giver(address=address).agrees()
    assert again.participant != former
    client.post("/change-or-withdraw/", {"email": address})
    client.get(last_link())
    told.append(client.post("/your-photos/open/", {"what": "see"}))
    told.append(client.get("/your-photos/"))
    words = [f"{one.status_code} {one.headers.get('Location', '')} {one.content.decode()}" for one in told]
    return [without_what_was_given(text) for text in [*words, str(before > 0), str(len(sent()) - before)]]
