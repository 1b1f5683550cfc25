"""The officer's desk for claims: read, add photos, rule, settle. And ending the use of a photo outside of one."""

from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.utils import timezone

from audit.models import Event
from contributions import actions, queries
from contributions.actions import settling
from contributions.actions.invited import answer_invitation
from contributions.models import Claim, ClaimedPhoto, Contribution, Photo, Withdrawal
from contributions.queries.claims import candidates, waiting_claims
from contributions.transitions import ClaimState, TransitionNotAllowed
from identity.models import Identity, Keep, Link, Mail
from tests.cast import Casting
from tests.consent.notices import published
from tests.contributions.claimant import Claimant
from tests.contributions.giver import Giver
from tests.contributions.invited import invitation_of, link_of
from tests.identity.mails import sent, whole
from vault import actions as vault
from vault.actions import ObjectGone

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)
DESK = "/staff/claims/"
OFFICER = uuid4()


def ruled(claim: Claim, photo: Photo, ruling: str) -> None:
    settling.rule(claim_id=claim.pk, photo_id=photo.pk, ruling=ruling, staff_id=OFFICER)


@pytest.mark.requirement("C12")
def test_the_desk_lists_claims_oldest_first_and_warns_after_a_week(staff: Casting) -> None:
    giver = Giver().agrees(2)
    old = Claimant().claims(sender=giver.address)
    new = Claimant(address="b@example.org").claims()
    Claim.objects.filter(pk=old.pk).update(opened_at=timezone.now() - timedelta(days=8))
    Contribution.objects.update(sent_at=timezone.now() - timedelta(days=9))
    rows = waiting_claims()
    assert [(row.claim, row.photos, row.is_overdue) for row in rows] == [(old, 2, True), (new, 0, False)]
    page = staff("officer").client.get(DESK).content.decode()
    assert page.index(str(old.pk)) < page.index(str(new.pk))
    assert "overdue: 8 days" in page
    assert "<img" not in page


def test_a_claim_that_nobody_confirmed_is_not_on_the_desk(staff: Casting) -> None:
    Claimant().writes()
    officer, claim = staff("officer"), Claim.objects.get()
    assert "No claim is open" in officer.client.get(DESK).content.decode()
    assert officer.client.get(f"{DESK}{claim.pk}/").status_code == 404


@pytest.mark.requirement("L11")
def test_reading_the_words_stands_in_the_log_before_they_are_shown(staff: Casting) -> None:
    claim, officer = Claimant().claims(), staff("officer")
    page = officer.client.get(f"{DESK}{claim.pk}/").content.decode()
    assert "red coat" in page
    (event,) = Event.objects.filter(action="claim:read")
    assert (event.actor, event.subject) == (officer.actor, str(claim.pk))
    with patch.object(settling, "record", side_effect=DatabaseError), pytest.raises(DatabaseError):
        officer.client.get(f"{DESK}{claim.pk}/")


def test_the_words_are_text_and_never_markup(staff: Casting) -> None:
    person = Claimant()
    person.writes(words="<script>alert(1)</script>")
    person.opens_link()
    person.chooses("look")
    page = staff("officer").client.get(f"{DESK}{Claim.objects.get().pk}/").content.decode()
    assert "<script>alert" not in page


def test_candidates_are_shown_as_facts_and_not_as_pictures(staff: Casting) -> None:
    giver = Giver().agrees()
    claim = Claimant().claims(sender=giver.address)
    page = staff("officer").client.get(f"{DESK}{claim.pk}/").content.decode()
    assert str(giver.ids[0])[:8] in page
    assert "7 = 7, the contributor" in page
    assert "<img" not in page


def test_an_officer_adds_a_photo_and_it_is_out_of_use_at_once(staff: Casting) -> None:
    giver, claim, officer = Giver().agrees(), Claimant().claims(), staff("officer")
    answer = officer.client.post(f"{DESK}{claim.pk}/photos/", {"photo": giver.ids[0]})
    assert answer.status_code == 302
    assert not queries.in_use().exists()
    assert ClaimedPhoto.objects.get().added_by == officer.actor
    officer.client.post(f"{DESK}{claim.pk}/photos/", {"photo": giver.ids[0]})
    assert ClaimedPhoto.objects.count() == 1
    assert Event.objects.filter(action="claim:photo_added").count() == 1


def test_a_photo_that_nobody_sent_or_that_is_gone_is_not_added(staff: Casting) -> None:
    claim, officer, draft = Claimant().claims(), staff("officer"), Giver().drafts()
    for photo in (uuid4(), draft.ids[0], "nothing"):
        answer = officer.client.post(f"{DESK}{claim.pk}/photos/", {"photo": photo})
        assert answer.status_code == 422
    assert not ClaimedPhoto.objects.exists()


def test_ruling_not_shown_frees_a_photo_and_shown_keeps_it_out_until_the_claim_is_settled(staff: Casting) -> None:
    giver = Giver().agrees(2)
    claim, officer = Claimant().claims(sender=giver.address), staff("officer")
    for photo, ruling in zip(giver.ids, ("shown", "not_shown"), strict=True):
        officer.client.post(f"{DESK}{claim.pk}/rule/", {"photo": photo, "ruling": ruling})
    assert list(queries.in_use().values_list("pk", flat=True)) == [giver.ids[1]]
    assert set(ClaimedPhoto.objects.values_list("ruled_by", flat=True)) == {officer.actor}
    officer.client.post(f"{DESK}{claim.pk}/rule/", {"photo": giver.ids[1], "ruling": "shown"})
    assert not queries.in_use().exists()


def test_no_ruling_on_a_photo_that_the_claim_is_not_about(staff: Casting) -> None:
    giver, claim = Giver().agrees(), Claimant().claims()
    with pytest.raises(settling.NotACandidate):
        ruled(claim, giver.photos[0], "shown")
    page = staff("officer").client.post(
        f"{DESK}{claim.pk}/rule/", {"photo": giver.ids[0], "ruling": "shown"}, follow=True
    )
    assert "Nothing changed" in page.content.decode()


@pytest.mark.requirement("C12")
def test_the_settle_page_says_how_many_photos_can_be_used_again_and_which_are_on_their_way_out(staff: Casting) -> None:
    giver = Giver().agrees(3)
    claim, officer = Claimant().claims(sender=giver.address), staff("officer")
    ruled(claim, giver.photos[0], "shown")
    actions.withdraw(participant=giver.participant, photos=[giver.ids[1]], decision=uuid4(), method="page")
    page = officer.client.post(f"{DESK}{claim.pk}/settle/").content.decode()
    assert "2 (of these, 1 can be used again; the others stay out for another reason)" in page
    assert officer.client.get(f"{DESK}{claim.pk}/").content.decode().count("on its way out, erased after") == 1


def test_staff_read_of_an_invited_person_what_that_person_did() -> None:
    giver = Giver().drafts()
    person = giver.invites("shown@example.org")
    giver.sends().answers("research")
    told = [queries.grounds_in_words(giver.ids)[person.pk]]
    answer_invitation(link=link_of(person).pk, agreed=True, scopes=("research",), notice=published())
    told.append(queries.grounds_in_words(giver.ids)[person.pk])
    who = invitation_of(person).participant
    actions.withdraw(participant=who, photos=giver.ids, decision=uuid4(), method="page")
    told.append(queries.grounds_in_words(giver.ids)[person.pk])
    assert told == ["asked, no answer yet", "agreed by own link", "said no or withdrew"]


@pytest.mark.requirement("C12")
def test_settling_ends_what_was_ruled_shown_and_returns_the_rest(staff: Casting) -> None:
    giver = Giver().agrees(3)
    claim, officer = Claimant().claims(sender=giver.address), staff("officer")
    ruled(claim, giver.photos[0], "shown")
    asked = officer.client.post(f"{DESK}{claim.pk}/settle/")
    assert "Settle for good" in asked.content.decode()
    assert Claim.objects.get().state == ClaimState.OPEN
    officer.client.post(f"{DESK}{claim.pk}/settle/", {"confirm": "1"})
    assert set(queries.in_use().values_list("pk", flat=True)) == set(giver.ids[1:])
    row = Withdrawal.objects.get()
    assert (row.photo_id, row.cause) == (giver.ids[0], Withdrawal.Cause.REVOKED)
    settled = Claim.objects.get()
    assert (settled.state, settled.closed_by, settled.sender) == (ClaimState.SETTLED, officer.actor, None)


def test_settling_destroys_the_words_and_lets_the_address_go_once_the_answer_is_out() -> None:
    claim = Claimant().claims()
    settling.settle(claim_id=claim.pk, staff_id=OFFICER)
    with pytest.raises(ObjectGone):
        vault.read(Claim.objects.select_related("words__key").get().words)
    assert not Keep.objects.exists()
    assert Identity.objects.count() == 1
    sent()
    assert not Identity.objects.exists()


@pytest.mark.requirement("C12", "K10")
def test_the_answer_is_the_same_for_found_and_not_found() -> None:
    giver = Giver().agrees()
    found = Claimant(address="a@example.org").claims(sender=giver.address)
    nothing = Claimant(address="b@example.org").claims()
    ruled(found, giver.photos[0], "shown")
    for claim in (found, nothing):
        settling.settle(claim_id=claim.pk, staff_id=OFFICER)
    answers = [message for message in sent() if message.to[0] in {"a@example.org", "b@example.org"}][-2:]
    assert {message.to[0] for message in answers} == {"a@example.org", "b@example.org"}
    assert len({(message.subject, str(message.body)) for message in answers}) == 1
    assert not any(str(giver.ids[0]) in whole(message) for message in answers)


def test_a_settled_claim_is_final(staff: Casting) -> None:
    claim, officer = Claimant().claims(), staff("officer")
    settling.settle(claim_id=claim.pk, staff_id=OFFICER)
    with pytest.raises(TransitionNotAllowed):
        settling.settle(claim_id=claim.pk, staff_id=OFFICER)
    for step in ("photos/", "rule/", "release/", "settle/"):
        fields = {"photo": uuid4(), "ruling": "shown", "confirm": "1"}
        page = officer.client.post(f"{DESK}{claim.pk}/{step}", fields, follow=True)
        assert "Nothing changed" in page.content.decode()


def test_a_photo_of_another_claim_stays_out_of_use() -> None:
    giver = Giver().agrees()
    one = Claimant(address="a@example.org").claims(sender=giver.address)
    two = Claimant(address="b@example.org").claims()
    settling.add(claim_id=two.pk, photo_id=giver.ids[0], staff_id=OFFICER)
    settling.settle(claim_id=one.pk, staff_id=OFFICER)
    assert not queries.in_use().exists()
    settling.settle(claim_id=two.pk, staff_id=OFFICER)
    assert queries.in_use().count() == 1


def test_what_was_agreed_to_while_a_claim_was_open_is_taken_up_once_it_is_settled() -> None:
    giver = Giver().drafts().sends()
    claim = Claimant().claims(sender=giver.address)
    assert candidates(claim).get() == giver.photos[0]
    link = Link.objects.get(subject=giver.sending)
    actions.answer(link=link.pk, choices=["research"], notice=published())
    giver.works()
    assert not queries.in_use().exists()
    settling.settle(claim_id=claim.pk, staff_id=OFFICER)
    assert giver.photos[0].steps.filter(phase="consented", done_at__isnull=True).exists()
    assert queries.in_use().get() == giver.photos[0]


def test_an_answer_that_was_cut_short_is_sent_by_the_sweep_once() -> None:
    claim = Claimant().claims()
    with patch.object(settling, "answer", side_effect=DatabaseError), pytest.raises(DatabaseError):
        settling.settle(claim_id=claim.pk, staff_id=OFFICER)
    assert Keep.objects.count() == 1
    for _ in range(2):
        actions.complete(grace=timedelta(0))
    assert Mail.objects.filter(kind=Mail.Kind.CLAIM_ANSWER).count() == 1
    assert not Keep.objects.exists()


@pytest.mark.requirement("L10")
def test_when_the_log_fails_a_claim_stays_open() -> None:
    giver = Giver().agrees()
    claim = Claimant().claims(sender=giver.address)
    ruled(claim, giver.photos[0], "shown")
    with patch.object(settling, "record", side_effect=DatabaseError), pytest.raises(DatabaseError):
        settling.settle(claim_id=claim.pk, staff_id=OFFICER)
    assert Claim.objects.get().state == ClaimState.OPEN
    assert not Withdrawal.objects.exists()
    assert vault.read(Claim.objects.select_related("words__key").get().words)


@pytest.mark.parametrize("role", ["lead", "curator", "auditor", "administrator", "annotator"])
def test_only_the_officer_reads_and_settles_claims(staff: Casting, role: str) -> None:
    claim, member = Claimant().claims(), staff(role)
    pages = [DESK, f"{DESK}{claim.pk}/", "/staff/end-use/"]
    assert {member.client.get(page).status_code for page in pages} == {403}
    posts = [f"{DESK}{claim.pk}/{step}" for step in ("photos/", "rule/", "release/", "settle/")]
    assert {member.client.post(page, {"confirm": "1"}).status_code for page in [*posts, "/staff/end-use/"]} == {403}
    assert Claim.objects.get().state == ClaimState.OPEN
    assert not Event.objects.filter(action="claim:read").exists()
