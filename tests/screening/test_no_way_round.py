"""Ways round a verdict that look open and are not: between two steps, after an undo, a restore, or a second opinion."""

from http import HTTPStatus
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from contributions import actions as contributions
from contributions.models import Photo
from screening import actions, queries
from screening.actions import classifying, reverse
from screening.actions.listing import import_hashes
from screening.actions.replaying import FOLLOWED
from screening.actions.verdicts import append
from screening.hash_kinds import Hash
from screening.models import PhotoHash, PolicyChange, Verdict
from screening.transitions import TransitionNotAllowed, VerdictState
from tests.builders import Given, given, read
from tests.cast import Casting
from tests.releases.curators import Curators
from tests.releases.receiving import handed_out
from tests.screening.found import find, judged, ready
from tests.screening.stopped import KNOWN, held_by_two, held_photo, stopped
from vault import actions as vault

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
CLEAR, HELD, LOCKED = VerdictState.CLEAR, VerdictState.HELD, VerdictState.LOCKED
POLICE = {"list": "police", "kind": "pdq", "distance": 0, "form": "whole", "turn": 0}


def state_of(photo: Photo) -> str:
    verdict = queries.newest_verdict(photo.pk)
    assert verdict is not None
    return verdict.state


def is_shown(photo: Photo) -> bool:
    return queries.servable().filter(pk=photo.pk).exists()


def matched_while_out(made: Given, *, forgotten: bool) -> Photo:
    """A photo that was withdrawn while a list gained its hash, and whose withdrawal is then taken back."""
    photo = made.photos[0]
    known = bytes(PhotoHash.objects.get(photo=photo, form="whole").turns[0])
    made.sending.refresh_from_db()
    participant = made.sending.participant
    assert participant is not None
    if forgotten:
        made.withdraw()
    else:
        contributions.withdraw(participant=participant, photos=[photo.pk], decision=uuid4(), method="page")
    import_hashes(name="national", hashes=[Hash("pdq", known)], by="system")
    assert not reverse.match_fresh()
    contributions.cancel(participant=participant, photos=[photo.pk], decision=uuid4(), method="page")
    return photo


@pytest.mark.requirement("S1", "S7")
@pytest.mark.parametrize("forgotten", [True, False], ids=["forgotten", "not yet forgotten"])
def test_what_a_list_gained_while_a_photo_was_withdrawn_is_matched_after_an_undo(*, forgotten: bool) -> None:
    photo = matched_while_out(given().agree(), forgotten=forgotten)
    assert not (forgotten and is_shown(photo))
    contributions.run(photo_id=photo.pk)
    assert (state_of(photo), is_shown(photo)) == ("locked", False)


@pytest.mark.requirement("S6")
def test_a_proposal_does_not_end_a_lock_that_came_after_it(staff: Casting) -> None:
    one, other, third = staff("officer"), staff("officer"), staff("officer")
    photo = held_by_two()
    proposal = actions.propose_ruling(photo_id=photo.pk, state=CLEAR, reason="not_the_same", staff_id=one.user.pk)
    actions.rule(photo_id=photo.pk, state=LOCKED, reason="unsafe", by=third.actor)
    with pytest.raises(TransitionNotAllowed):
        actions.agree(proposal_id=proposal.pk, staff_id=other.user.pk)
    assert state_of(photo) == "locked"
    actions.refuse(proposal_id=proposal.pk, staff_id=other.user.pk)


@pytest.mark.requirement("S6")
def test_a_match_that_came_while_a_photo_was_locked_locks_it_again_when_it_is_cleared(staff: Casting) -> None:
    one, other = staff("officer"), staff("officer")
    photo = stopped(**KNOWN).photos[0]
    find(photo, matched=["known:national", "known:police"], matches=[*KNOWN["matches"], POLICE])
    proposal = actions.propose_ruling(photo_id=photo.pk, state=CLEAR, reason="not_the_same", staff_id=one.user.pk)
    actions.agree(proposal_id=proposal.pk, staff_id=other.user.pk)
    assert (state_of(photo), is_shown(photo)) == ("locked", False)


@pytest.mark.requirement("S6")
def test_what_was_locked_takes_two_officers_though_the_finding_is_gone(staff: Casting) -> None:
    officer = staff("officer")
    photo = held_by_two()
    find(photo, classified=["classifier_failed:hive"])
    with pytest.raises(actions.TakesTwo):
        actions.rule(photo_id=photo.pk, state=CLEAR, reason="ordinary", by=officer.actor)


@pytest.mark.requirement("S6")
def test_a_ruling_covers_only_what_the_officer_was_told(staff: Casting) -> None:
    officer = staff("officer")
    photo = held_photo()
    page = officer.client.get(f"/staff/screening/{photo.pk}/")
    find(photo, matched=["hash_quality_low"], classified=["classifier:open_nsfw"])
    actions.judge(photo_id=photo.pk)
    answer = {"state": "clear", "reason": "ordinary", "seen": page.context["newest"].pk}
    assert officer.client.post(f"/staff/screening/{photo.pk}/", answer).status_code == 422
    assert state_of(photo) == "held"


@pytest.mark.requirement("S6")
def test_after_a_restore_an_officers_lock_stands_though_the_photo_is_rebuilt_anew() -> None:
    photo = ready()
    Photo.objects.filter(pk=photo.pk).update(state="received", full=None, rendition=None, thumbnail=None)
    photo.refresh_from_db()
    told = {"verdict": "locked", "policy": queries.current_policy(), "reasons": ["unsafe"]}
    entry = SimpleNamespace(data=told, at=timezone.now(), actor=f"staff:{uuid4()}")
    assert FOLLOWED["photo:ruled"](entry, photo)  # type: ignore[arg-type]
    with transaction.atomic():
        new = vault.seal(key=photo.key, data=b"rebuilt")
        Photo.objects.filter(pk=photo.pk).update(state="ready", full=new, rendition=new, thumbnail=new)
    photo.refresh_from_db()
    assert judged(photo).state == "locked"


@pytest.mark.requirement("S5", "S6")
def test_after_a_restore_no_machine_takes_back_what_a_classifier_raised() -> None:
    photo = given().agree().photos[0]
    assert photo.full_id is not None
    # The log keeps codes up to their colon.
    Verdict.objects.create(
        photo=photo,
        content=photo.full_id,
        policy=queries.current_policy(),
        state="held",
        reasons=["classifier"],
        by="system",
    )
    actions.judge(photo_id=photo.pk)
    assert state_of(photo) == "held"


@pytest.mark.requirement("S1")
def test_a_list_that_becomes_required_has_every_photo_screened_again(settings: Settings) -> None:
    photo = given().agree().photos[0]
    settings.KNOWN_LISTS_REQUIRED = ["national"]
    actions.rescreen()
    contributions.run(photo_id=photo.pk)
    assert (state_of(photo), is_shown(photo)) == ("held", False)


@pytest.mark.requirement("S7")
def test_workers_with_unlike_settings_do_not_put_a_deadline_off(settings: Settings) -> None:
    actions.notice_policy()
    for number in range(6):
        settings.SCREENING_POLICY = f"2026-{number % 2 + 1}"
        actions.notice_policy()
    deadlines = PolicyChange.objects.values_list("policy", "deadline").distinct()
    assert len(set(deadlines)) == len({policy for policy, _deadline in deadlines})


@pytest.mark.requirement("S6")
def test_what_is_known_is_sent_to_no_service(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = stopped(**KNOWN).photos[0]
    settings.CLASSIFIERS = {"hive": {"class": "screening.classifying.hive.Hive", "threshold": 0.1, "options": {}}}
    asked: list[str] = []
    monkeypatch.setattr(classifying, "_score", lambda name, *_rest: asked.append(name))
    classifying.classify(photo_id=photo.pk)
    assert asked == []


@pytest.mark.requirement("D3", "S6")
def test_a_published_release_with_a_photo_that_is_locked_since_is_not_handed_out(staff: Casting) -> None:
    made = given().agree()
    curators = Curators(staff)
    read(curators.annotator)
    program = handed_out(curators, curators.published())
    assert program.get("data/shards/000000.tar").status == HTTPStatus.OK
    with transaction.atomic():
        append(made.photos[0], LOCKED, ["known:national"], by="system", lists={})
    assert program.get("data/shards/000000.tar").status == HTTPStatus.GONE
    assert program.get("data/annotations.json").status == HTTPStatus.GONE
