"""Asking people who are shown: what a giver says, when the mail goes, and what an answer or silence leads to."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from audit.models import Event
from consent.models import ConsentRecord
from consent.queries import current
from contributions import actions, queries, tasks
from contributions.actions.invited import Replied
from contributions.models import Basis, Grounds, Invitation, Person, Withdrawal
from contributions.queries.faults_across import faults_across
from contributions.queries.faults_of_consent import faults_of_consent
from contributions.queries.inviting import question_of
from identity.actions import LinkStale
from identity.models import Identity, Keep, Link, Mail
from identity.queries import mask_of
from tests.consent.notices import published
from tests.contributions.giver import Giver
from tests.contributions.invited import asked, asked_about, invitation_of, link_of
from tests.identity.mails import sent

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)
SISTER = "sister@example.org"
Refusal = type[Exception]


def replies(person: Person, *scopes: str) -> Replied:
    return actions.answer_invitation(link=link_of(person).pk, agreed=bool(scopes), scopes=scopes, notice=published())


def faults_of() -> list[str]:
    rows = [*faults_of_consent(grace=timedelta(0), deep=True), *faults_across(grace=timedelta(0))]
    return [fault.code for fault in rows]


def in_use(giver: Giver, *scopes: str) -> bool:
    return queries.in_use(scopes=scopes or ("research",)).filter(pk__in=giver.ids).exists()


class TestWhatTheGiverSays:
    """Before anything is sent."""

    @pytest.mark.requirement("C5")
    def test_an_invitation_is_written_down_and_no_mail_is_written(self) -> None:
        giver = Giver().drafts()
        person = giver.invites(SISTER)
        invitation = invitation_of(person)
        assert (person.basis, invitation.state) == (Basis.INVITED, "written")
        assert Keep.objects.get(pk=invitation.pk).identity_id == invitation.participant
        assert mask_of(invitation.participant) == "s…@example.org"
        giver.sends()
        assert set(Mail.objects.values_list("kind", flat=True)) == {"consent_link"}

    @pytest.mark.requirement("I1")
    def test_the_typed_address_stands_in_no_row_and_no_entry_of_research(self) -> None:
        Giver().drafts().invites("canary-of-mine@example.org")
        assert not [entry for entry in Event.objects.all() if "canary" in entry.leaf]

    def test_another_address_takes_the_place_of_the_first(self) -> None:
        person = Giver().drafts().invites(SISTER)
        first = invitation_of(person)
        actions.invite(person=person, address="aunt@example.org", language="en")
        second = invitation_of(person)
        assert second.pk != first.pk
        assert list(Keep.objects.values_list("subject", flat=True)) == [second.pk]
        assert not Identity.objects.filter(pk=first.participant).exists()

    def test_the_same_address_again_changes_nothing(self) -> None:
        person = Giver().drafts().invites(SISTER)
        first = invitation_of(person)
        actions.invite(person=person, address=SISTER, language="en")
        assert invitation_of(person).pk == first.pk
        assert list(Keep.objects.values_list("subject", flat=True)) == [first.pk]

    @pytest.mark.parametrize("how", ["another answer", "no answer", "no mark", "no photo", "no sending"])
    def test_whoever_is_not_to_be_asked_is_forgotten(self, how: str) -> None:
        giver = Giver().drafts()
        person = giver.invites(SISTER)
        ways: dict[str, Callable[[], object]] = {
            "another answer": lambda: actions.edit_person(person=person, basis=Basis.UNDER_18, language="en"),
            "no answer": lambda: actions.edit_person(person=person, basis="", language="en"),
            "no mark": lambda: actions.remove_person(person=person),
            "no photo": lambda: actions.remove_photo(photo=giver.photos[0]),
            "no sending": lambda: actions.stop(sending=giver.sending),
        }
        ways[how]()
        actions.complete(grace=timedelta(0))
        assert not Keep.objects.exists()
        assert not Identity.objects.exists()
        assert not Invitation.objects.exclude(state="lapsed").exists()

    def test_one_address_stands_for_one_person_of_a_photo(self) -> None:
        giver = Giver().drafts()
        giver.invites(SISTER)
        with pytest.raises(actions.AlreadyInvited) as refusal:
            giver.invites(SISTER)
        assert refusal.value.sentence.startswith("Person 2 has this address already.")
        assert Keep.objects.count() == 1

    def test_an_invitation_needs_an_address(self) -> None:
        giver = Giver().drafts()
        person = actions.add_person(photo=giver.photos[0], x=0.1, y=0.1)
        with pytest.raises(actions.NotInvited):
            actions.edit_person(person=person, basis=Basis.INVITED, language="en")
        with pytest.raises(actions.NotInvited):
            actions.invite(person=person, address="nobody", language="en")

    def test_nobody_invites_themselves(self) -> None:
        giver = Giver(address=SISTER).drafts()
        giver.invites(SISTER)
        with pytest.raises(actions.SendingIncomplete) as refusal:
            giver.sends()
        assert [problem.sentence for problem in refusal.value.problems] == [
            "Photo 1: person 2 has your own address. Choose “Me, and others”, or write theirs."
        ]
        giver.address = "other@example.org"
        giver.sends()
        with pytest.raises(actions.SendingIncomplete):
            actions.readdress(sending=giver.sending, address=SISTER, language="en")


class TestAsking:
    """With the giver's yes, and never before."""

    @pytest.mark.requirement("C5", "K2")
    def test_with_the_givers_yes_one_mail_goes_to_the_invited_person(self) -> None:
        person = asked(SISTER)
        invitation = invitation_of(person)
        assert invitation.state == "asked"
        assert Mail.objects.filter(kind="invitation", identity=invitation.participant).count() == 1
        actions.complete(grace=timedelta(0))
        assert Mail.objects.filter(kind="invitation").count() == 1

    def test_a_giver_who_says_no_asks_nobody(self) -> None:
        giver = Giver().drafts()
        person = giver.invites(SISTER)
        giver.sends().answers()
        assert invitation_of(person).state == "lapsed"
        actions.complete(grace=timedelta(0))
        assert not Mail.objects.filter(kind="invitation").exists()
        assert not Keep.objects.filter(pk=invitation_of(person).pk).exists()

    @pytest.mark.requirement("I9")
    def test_a_mail_that_was_cut_short_is_written_by_the_sweep(self) -> None:
        person = asked(SISTER)
        Link.objects.filter(action="invitation").delete()
        Mail.objects.filter(kind="invitation").delete()
        actions.complete(grace=timedelta(0))
        assert Mail.objects.filter(kind="invitation", decision=invitation_of(person).pk).count() == 1

    @pytest.mark.requirement("C5")
    def test_a_photo_waits_for_the_people_who_are_asked(self) -> None:
        giver = Giver().drafts()
        person = giver.invites(SISTER)
        giver.sends().answers("research", "sharing", "illustration")
        assert not in_use(giver)
        replies(person, "research")
        assert in_use(giver)


class TestAnswers:
    """Of the invited person."""

    @pytest.mark.requirement("K2")
    def test_a_yes_is_the_persons_own_consent_with_a_receipt(self) -> None:
        person = asked(SISTER)
        replied = replies(person, "research", "sharing")
        invitation = invitation_of(person)
        subject = queries.subjects_of(invitation.participant, [person.photo_id])[person.photo_id]
        record = current([subject])[subject]
        assert (record.state, record.scopes, record.by) == (
            "given", ["research", "sharing"], f"participant:{invitation.participant}",
        )  # fmt: skip
        assert replied.decided.code
        assert Mail.objects.filter(kind="receipt", identity=invitation.participant).count() == 1
        assert queries.grounds_of([person.photo_id])[person.pk] == Grounds.CONFIRMED

    @pytest.mark.requirement("K3")
    def test_a_depicted_persons_no_takes_the_photo_out_at_once(self) -> None:
        person = asked(SISTER)
        replied = replies(person)
        assert not queries.in_use().exists()
        withdrawal = Withdrawal.objects.get(photo=person.photo_id)
        assert timedelta(hours=71) < withdrawal.erase_from - timezone.now() <= timedelta(hours=72)
        assert not replied.decided.code
        assert not Mail.objects.filter(kind="receipt", identity=invitation_of(person).participant).exists()

    def test_the_giver_is_written_nothing_about_an_answer(self) -> None:
        person = asked(SISTER)
        giver = person.photo.contribution.participant
        before = Mail.objects.filter(identity=giver).count()
        replies(person)
        assert Mail.objects.filter(identity=giver).count() == before

    @pytest.mark.requirement("C5")
    def test_sharing_needs_the_own_word_of_everybody_shown(self) -> None:
        giver = Giver().drafts()
        sister, brother = giver.invites(SISTER), giver.invites("brother@example.org")
        giver.sends().answers("research", "sharing", "illustration")
        replies(sister, "research", "sharing")
        assert not in_use(giver)
        replies(brother, "research")
        assert in_use(giver)
        assert not in_use(giver, "sharing")

    def test_sharing_is_reached_when_everybody_shown_agrees_to_it(self) -> None:
        giver = Giver().drafts()
        sister = giver.invites(SISTER)
        giver.sends().answers("research", "sharing", "illustration")
        replies(sister, "research", "sharing")
        assert in_use(giver, "research", "sharing")
        assert not in_use(giver, "illustration")

    def test_an_affirmed_person_beside_an_invited_one_leaves_research_alone(self) -> None:
        giver = Giver().drafts()
        actions.edit_person(
            person=actions.add_person(photo=giver.photos[0], x=0.9, y=0.9),
            age_text="8", basis=Basis.AFFIRMED, language="en",
        )  # fmt: skip
        sister = giver.invites(SISTER)
        giver.sends().answers("research", "sharing")
        replies(sister, "research", "sharing")
        assert in_use(giver)
        assert not in_use(giver, "sharing")

    def test_a_link_is_used_once(self) -> None:
        person = asked(SISTER)
        link = link_of(person)
        actions.answer_invitation(link=link.pk, agreed=True, scopes=["research"], notice=published())
        with pytest.raises(LinkStale):
            actions.answer_invitation(link=link.pk, agreed=False, notice=published())
        assert queries.in_use().exists()

    @pytest.mark.requirement("I9")
    def test_an_answer_that_cannot_be_taken_leaves_the_link_as_it_was(self) -> None:
        person = asked(SISTER)
        link = link_of(person)
        Invitation.objects.update(state="lapsed", lapsed_at=timezone.now())
        with pytest.raises(actions.TransitionNotAllowed):
            actions.answer_invitation(link=link.pk, agreed=True, scopes=["research"], notice=published())
        link.refresh_from_db()
        assert link.claim is None

    @pytest.mark.requirement("I9")
    def test_a_link_whose_answer_stands_is_closed_by_the_sweep(self) -> None:
        person = asked(SISTER)
        replied = replies(person, "research")
        link = Link.objects.get(subject=replied.invitation)
        Link.objects.filter(pk=link.pk).update(closed_at=None)
        actions.complete(grace=timedelta(0))
        link.refresh_from_db()
        assert link.closed_at is not None

    def test_the_log_ties_the_person_the_photo_and_the_consent(self) -> None:
        person = asked(SISTER)
        invitation = invitation_of(person)
        data = Event.objects.get(action="invitation:asked").data
        subject = queries.subjects_of(invitation.participant, [person.photo_id])[person.photo_id]
        assert (data["participant"], data["photo"], data["consent"]) == (
            str(invitation.participant), str(person.photo_id), str(subject),
        )  # fmt: skip


class TestSilence:
    """Nobody answers."""

    @pytest.mark.requirement("C5")
    def test_after_fourteen_days_a_question_ends_and_the_photo_goes_on_without_an_answer(self) -> None:
        giver = Giver().drafts()
        person = giver.invites(SISTER)
        giver.sends().answers("research", "sharing")
        Invitation.objects.update(asked_at=timezone.now() - timedelta(days=14))
        tasks.sweep()
        assert invitation_of(person).state == "lapsed"
        assert in_use(giver)
        assert not in_use(giver, "sharing")
        assert set(queries.grounds_of(giver.ids).values()) == {Grounds.SELF, Grounds.NO_ANSWER}
        assert set(queries.grounds_in_words(giver.ids).values()) == {"the contributor", "did not answer"}
        actions.complete(grace=timedelta(0))
        assert not Keep.objects.filter(pk=invitation_of(person).pk).exists()

    def test_a_day_before_that_it_still_waits(self) -> None:
        person = asked(SISTER)
        Invitation.objects.update(asked_at=timezone.now() - timedelta(days=13))
        tasks.sweep()
        assert invitation_of(person).state == "asked"

    def test_a_reminder_is_written_once_and_only_to_whoever_asked_for_it(self) -> None:
        person = asked(SISTER)
        link = link_of(person)
        actions.put_off(link=link.pk)
        sent()
        tasks.sweep_across()
        assert link_of(person).pk == link.pk
        Invitation.objects.update(remind_at=timezone.now())
        tasks.sweep_across()
        fresh = link_of(person)
        assert fresh.pk != link.pk
        assert fresh.expires_at == link.expires_at
        tasks.sweep_across()
        assert link_of(person).pk == fresh.pk

    def test_a_reminder_that_was_cut_short_between_the_databases_is_not_written_twice(self) -> None:
        person = asked(SISTER)
        sent()
        for _ in range(3):
            Invitation.objects.update(remind_at=timezone.now())
            tasks.sweep_across()
            assert [message.to for message in sent()].count([SISTER]) == 2
        with pytest.raises(actions.TransitionNotAllowed):
            actions.put_off(link=link_of(person).pk)

    def test_a_wish_never_to_be_asked_again_is_kept_and_the_question_stays(self) -> None:
        person = asked(SISTER)
        actions.stop_invitations(link=link_of(person).pk)
        replies(person, "research")
        other = asked(SISTER, giver="another@example.org")
        assert invitation_of(other).state == "asked"
        assert not Mail.objects.filter(kind="invitation", decision=invitation_of(other).pk).exists()


def test_a_refused_invitation_leaves_nothing_behind_in_one_transaction() -> None:
    giver = Giver().drafts()
    with transaction.atomic():
        giver.invites(SISTER)
        transaction.set_rollback(True)
    actions.complete(grace=timedelta(0))
    assert not Keep.objects.exists()


class TestSeveralPhotos:
    """Of one sending, with the same person: one mail, one link, one answer."""

    @pytest.mark.requirement("C5", "I7")
    def test_five_photos_with_one_sister_make_one_mail_that_says_so(self) -> None:
        people = asked_about(5, SISTER)
        assert Mail.objects.filter(kind="invitation").count() == 1
        (message,) = [message for message in sent() if message.to == [SISTER]]
        assert "you are in 5 of them" in str(message.body)
        actions.complete(grace=timedelta(0))
        assert Mail.objects.filter(kind="invitation").count() == 1
        question = question_of(invitation_of(people[0]).pk)
        assert question is not None
        assert [photo.number for photo in question.photos] == [1, 2, 3, 4, 5]

    def test_the_lead_is_the_first_photo_whoever_was_marked_first(self) -> None:
        giver = Giver().drafts(2)
        second, first = giver.invites(SISTER, giver.photos[1]), giver.invites(SISTER, giver.photos[0])
        giver.sends().answers("research")
        assert link_of(first).subject == invitation_of(first).pk
        assert not Mail.objects.filter(decision=invitation_of(second).pk).exists()

    def test_two_people_are_written_a_mail_each_and_two_sendings_too(self) -> None:
        giver = Giver().drafts(2)
        for photo in giver.photos:
            giver.invites(SISTER, photo)
            giver.invites("brother@example.org", photo)
        giver.sends().answers("research")
        asked_about(2, SISTER, giver="another@example.org")
        assert Mail.objects.filter(kind="invitation").count() == 3

    @pytest.mark.requirement("K2")
    def test_one_yes_is_a_consent_for_each_photo_under_one_decision_with_one_receipt(self) -> None:
        people = asked_about(3, SISTER)
        replied = replies(people[0], "research")
        assert (replied.agreed_to, replied.refused, replied.unanswered) == ((1, 2, 3), (), ())
        given = ConsentRecord.objects.filter(state="given", by=f"participant:{invitation_of(people[0]).participant}")
        assert given.count() == 3
        assert given.values("decision").distinct().count() == 1
        assert queries.in_use().count() == 3
        assert Mail.objects.filter(kind="receipt", identity=invitation_of(people[0]).participant).count() == 1

    @pytest.mark.requirement("K3")
    def test_a_yes_can_leave_single_photos_out(self) -> None:
        people = asked_about(3, SISTER)
        left_out = people[1].photo_id
        replied = actions.answer_invitation(
            link=link_of(people[0]).pk, agreed=True, scopes=["research"], left_out=[left_out], notice=published()
        )
        assert (replied.agreed_to, replied.refused) == ((1, 3), (2,))
        assert set(Withdrawal.objects.values_list("photo", flat=True)) == {left_out}
        assert set(queries.in_use().values_list("pk", flat=True)) == {people[0].photo_id, people[2].photo_id}
        assert faults_of() == []

    @pytest.mark.requirement("K3")
    def test_one_no_takes_every_photo_out(self) -> None:
        people = asked_about(3, SISTER)
        replied = replies(people[0])
        assert replied.refused == (1, 2, 3)
        assert Withdrawal.objects.count() == 3
        assert not replied.decided.code

    def test_each_photo_is_agreed_to_for_what_it_allows(self) -> None:
        giver = Giver().drafts(2)
        affirmed = actions.add_person(photo=giver.photos[1], x=0.9, y=0.9)
        actions.edit_person(person=affirmed, age_text="8", basis=Basis.AFFIRMED, language="en")
        people = [giver.invites(SISTER, photo) for photo in giver.photos]
        giver.sends().answers("research", "sharing")
        replies(people[0], "research", "sharing")
        told = Event.objects.filter(action="invitation:answered").order_by("index")
        choices = {event.data["photo"]: event.data["choices"] for event in told}
        assert choices == {
            str(people[0].photo_id): ["research", "sharing"],
            str(people[1].photo_id): ["research"],
        }
        assert set(queries.in_use(scopes=["sharing"]).values_list("pk", flat=True)) == {people[0].photo_id}

    def test_the_mail_and_its_link_outlive_the_first_photo(self) -> None:
        first, second = asked_about(2, SISTER)
        lead, giver = link_of(first), first.photo.contribution.participant
        assert giver is not None
        actions.withdraw(participant=giver, photos=[first.photo_id], decision=giver, method="page")
        Withdrawal.objects.update(erase_from=timezone.now())
        tasks.erase()
        actions.complete(grace=timedelta(0))
        assert invitation_of(first).state == "lapsed"
        assert Keep.objects.filter(pk=lead.subject).exists()
        assert faults_of() == []
        replied = actions.answer_invitation(link=lead.pk, agreed=True, scopes=["research"], notice=published())
        assert replied.agreed_to == (2,)
        actions.complete(grace=timedelta(0))
        assert not Keep.objects.filter(pk=lead.subject).exists()
        assert Keep.objects.filter(pk=invitation_of(second).pk).exists()
        assert faults_of() == []

    def test_what_was_answered_on_the_own_page_is_not_asked_by_the_link_again(self) -> None:
        first, second = asked_about(2, SISTER)
        lead = link_of(first)
        actions.decline(participant=lead.identity_id, photos=[first.photo_id], decision=lead.pk)
        question = question_of(lead.subject)
        assert question is not None
        assert [photo.id for photo in question.photos] == [second.photo_id]
        assert actions.put_off(link=lead.pk) is not None
        sent()
        Invitation.objects.filter(remind_at__isnull=False).update(remind_at=timezone.now())
        tasks.sweep_across()
        assert "you are in it" in str([message for message in sent() if message.to == [SISTER]][-1].body)
        fresh = Link.objects.get(subject=lead.subject, claim__isnull=True)
        assert fresh.pk != lead.pk
        replied = actions.answer_invitation(link=fresh.pk, agreed=True, scopes=["research"], notice=published())
        Link.objects.filter(pk=fresh.pk).update(closed_at=None)
        actions.complete(grace=timedelta(0))
        fresh.refresh_from_db()
        assert (replied.agreed_to, fresh.closed_at is not None) == ((2,), True)

    def test_a_mail_that_was_cut_short_is_written_once_about_all(self) -> None:
        asked_about(3, SISTER)
        Link.objects.filter(action="invitation").delete()
        Mail.objects.filter(kind="invitation").delete()
        assert faults_of() != []
        actions.complete(grace=timedelta(0))
        assert Mail.objects.filter(kind="invitation").count() == 1
        assert faults_of() == []

    def test_silence_ends_every_question_and_lets_the_address_go(self) -> None:
        people = asked_about(3, SISTER)
        Invitation.objects.update(asked_at=timezone.now() - timedelta(days=14))
        tasks.sweep()
        actions.complete(grace=timedelta(0))
        assert {invitation_of(person).state for person in people} == {"lapsed"}
        assert not Identity.objects.filter(pk=invitation_of(people[0]).participant).exists()
        assert faults_of() == []


class TestOnItsWayOut:
    """The giver withdrew before the invited person answered, and may take that back."""

    def leaving(self) -> tuple[Person, UUID]:
        person = asked(SISTER)
        giver = person.photo.contribution.participant
        assert giver is not None
        actions.withdraw(participant=giver, photos=[person.photo_id], decision=giver, method="page")
        return person, giver

    @pytest.mark.requirement("K3")
    def test_a_no_is_taken_and_the_giver_cannot_bring_the_photo_back_alone(self) -> None:
        person, giver = self.leaving()
        assert replies(person).refused == (1,)
        decided = actions.cancel(participant=giver, photos=[person.photo_id], decision=uuid4(), method="page")
        assert decided.still_out == (person.photo_id,)
        assert Withdrawal.objects.get().cancelled_at is None

    def test_a_yes_is_not_taken_and_the_link_stays(self) -> None:
        person, giver = self.leaving()
        with pytest.raises(actions.TransitionNotAllowed):
            replies(person, "research")
        assert link_of(person).claim is None
        actions.cancel(participant=giver, photos=[person.photo_id], decision=uuid4(), method="page")
        assert replies(person, "research").agreed_to == (1,)
        assert queries.in_use().exists()

    def test_a_yes_to_other_photos_leaves_the_one_that_is_going_unanswered(self) -> None:
        first, second = asked_about(2, SISTER)
        giver = first.photo.contribution.participant
        assert giver is not None
        actions.withdraw(participant=giver, photos=[first.photo_id], decision=giver, method="page")
        replied = replies(first, "research")
        assert (replied.agreed_to, replied.refused, replied.unanswered) == ((2,), (), (1,))
        assert (invitation_of(first).state, invitation_of(second).state) == ("asked", "answered")

    @pytest.mark.requirement("K10")
    def test_the_question_has_ended_once_the_photo_is_promised_to_be_gone(self) -> None:
        person, _giver = self.leaving()
        assert question_of(invitation_of(person).pk) is not None
        Withdrawal.objects.update(erase_from=timezone.now())
        assert question_of(invitation_of(person).pk) is None
        with pytest.raises(actions.TransitionNotAllowed):
            replies(person)

    def test_a_question_that_ended_by_itself_is_nobodys_no(self) -> None:
        person, giver = self.leaving()
        Invitation.objects.update(asked_at=timezone.now() - timedelta(days=14))
        tasks.sweep()
        assert invitation_of(person).state == "lapsed"
        decided = actions.cancel(participant=giver, photos=[person.photo_id], decision=uuid4(), method="page")
        assert decided.still_out == ()
        actions.run(photo_id=person.photo_id)
        assert queries.in_use().filter(pk=person.photo_id).exists()
