"""fsck finds what does not agree, in both directions, and nothing where everything agrees."""

import io
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from consent import actions as consent
from consent.models import ConsentRecord
from contributions import actions, queries, tasks
from contributions.models import Contribution, Invitation, Person, Photo, Step, Withdrawal
from contributions.queries.faults import faults
from contributions.queries.faults_across import faults_across
from identity.models import Identity, Keep, Link, Mail
from tests.consent.notices import published
from tests.contributions.giver import Giver
from tests.contributions.invited import asked, link_of
from vault import actions as vault
from vault.models import DataKey, SealedObject
from vault.objects import name_of, storage

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)
AT_ONCE = timedelta(0)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def empty_store(transactional_db: None) -> None:
    """Earlier tests' rows are gone, and their files are not."""
    vault.sweep(older_than=AT_ONCE, orphans=True)


def found() -> set[str]:
    rows = [*faults(grace=AT_ONCE, deep=True), *faults_across(grace=AT_ONCE)]
    return {fault.code for fault in rows}


def said(**options: object) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("fsck", stdout=out, **options)
    except SystemExit as end:
        return out.getvalue(), int(str(end.code))
    return out.getvalue(), 0


def leave(giver: Giver) -> None:
    actions.withdraw(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
    giver.works()


def test_a_sound_site_has_no_faults_in_any_state() -> None:
    Giver(address="a@example.org").drafts(rebuilt=True)
    Giver(address="b@example.org").drafts().sends()
    Giver(address="c@example.org").drafts().sends().answers()
    leave(Giver(address="d@example.org").agrees())
    gone = Giver(address="e@example.org").agrees()
    leave(gone)
    actions.erase_now(participant=gone.participant, photos=gone.ids)
    back = Giver(address="f@example.org").agrees()
    leave(back)
    actions.cancel(participant=back.participant, photos=back.ids, decision=uuid4(), method="page")
    back.works()
    tasks.erase()
    actions.complete(grace=AT_ONCE)
    assert said(deep=True, grace=0) == ("0 faults.\n", 0)


def rendition_of(giver: Giver) -> SealedObject:
    found = giver.photos[0].rendition
    assert found is not None
    return found


def subject_of(giver: Giver) -> UUID:
    return queries.subjects_of(giver.participant, giver.ids)[giver.ids[0]]


SEEDED: dict[str, Callable[[Giver], object]] = {
    "ready_photo_without_object": lambda giver: vault.delete(rendition_of(giver)),
    "ready_photo_without_key": lambda giver: vault.destroy_key(giver.photos[0].key),
    "received_photo_without_bytes": lambda _: Photo.objects.update(state="received"),
    "received_photo_without_step": lambda _: Photo.objects.update(state="received"),
    "erased_photo_with_living_key": lambda _: Photo.objects.update(state="erased", erased_at=timezone.now()),
    "erased_photo_with_marks_or_digests": lambda _: Photo.objects.update(state="erased", erased_at=timezone.now()),
    "consent_without_photo": lambda _: Photo.objects.update(state="erased", erased_at=timezone.now()),
    "sending_not_closed": lambda _: Photo.objects.update(state="erased", erased_at=timezone.now()),
    "closed_sending_with_photos": lambda _: Contribution.objects.update(closed_at=timezone.now()),
    "keep_without_sending": lambda _: Contribution.objects.update(closed_at=timezone.now()),
    "sent_photo_with_preview": lambda _: Photo.objects.update(preview_key=vault.new_key()),
    "draft_past_its_time": lambda _: Contribution.objects.update(
        state="draft", created_at=timezone.now() - timedelta(days=2)
    ),
    "sending_past_its_time": lambda _: Contribution.objects.update(
        state="sent", sent_at=timezone.now() - timedelta(days=15)
    ),
    "photo_not_erased": lambda _: Photo.objects.update(state="lapsed", lapsed_at=timezone.now() - HOUR),
    "step_waits_too_long": lambda _: Step.objects.update(done_at=None),
    "step_parked": lambda _: Step.objects.update(done_at=None, parked_at=timezone.now()),
    "withdrawn_photo_without_step": lambda giver: Withdrawal.objects.create(
        photo=giver.photos[0], decision=uuid4(), erase_from=timezone.now() + HOUR
    ),
    "withdrawn_photo_with_consent": lambda giver: Withdrawal.objects.create(
        photo=giver.photos[0], decision=uuid4(), erase_from=timezone.now() + HOUR
    ),
    "object_of_nobody": lambda giver: vault.seal(key=giver.photos[0].key, data=b"of nobody"),
    "key_of_nobody": lambda _: vault.new_key(),
    "sent_photo_that_nobody_was_asked_about": lambda giver: giver.photos[0].subjects.all().delete(),
    "answered_photo_without_consent": lambda giver: giver.photos[0].subjects.update(id=uuid4()),
    "sending_without_keep": lambda _: Keep.objects.all().delete(),
    "keep_of_somebody_else": lambda _: Contribution.objects.update(participant=uuid4()),
    "consent_outlives_its_photo": lambda _: Photo.objects.update(state="erased", erased_at=timezone.now()),
    "no_without_withdrawal": lambda giver: consent.withdraw(
        subjects=[subject_of(giver)], decision=uuid4(), by="system", method="page"
    ),
    "link_not_closed": lambda _: Link.objects.update(closed_at=None, claimed_at=timezone.now() - HOUR),
    "receipt_not_mailed": lambda _: Mail.objects.filter(kind="receipt").delete(),
}


@pytest.mark.requirement("E4")
def test_every_seeded_fault_is_found() -> None:
    giver = Giver().agrees()
    assert found() == set()
    overlooked = []
    for code, seed in SEEDED.items():
        with transaction.atomic(), transaction.atomic(using="identity"):
            seed(giver)
            if code not in found():
                overlooked.append(code)
            for alias in ("default", "identity"):
                transaction.set_rollback(True, using=alias)
        for photo in giver.photos:
            photo.refresh_from_db()
            photo.key.refresh_from_db()
    assert overlooked == []
    assert found() == set()


def invitations() -> QuerySet[Invitation]:
    return Invitation.objects.filter(state="asked")


OF_INVITATIONS: dict[str, Callable[[], object]] = {
    "invitation_past_its_time": lambda: invitations().update(asked_at=timezone.now() - timedelta(days=15)),
    "reminder_not_sent": lambda: invitations().update(remind_at=timezone.now() - HOUR),
    "invitation_never_asked": lambda: invitations().update(state="written"),
    "asked_invitation_without_consent": lambda: invitations().update(participant=uuid4()),
    "waiting_invitation_with_answer": lambda: Invitation.objects.filter(state="answered").update(state="asked"),
    "waiting_invitation_of_lost_photo": lambda: Photo.objects.update(state="lapsed", lapsed_at=timezone.now()),
    "ended_invitation_without_answer": lambda: invitations().update(state="answered"),
    "invited_person_without_invitation": lambda: invitations().delete(),
    "invitation_of_somebody_not_invited": lambda: Person.objects.update(basis="affirmed"),
    "invitation_without_keep": lambda: Keep.objects.filter(pk__in=invitations().values_list("pk")[:1][0]).delete(),
    "keep_of_somebody_else": lambda: invitations().update(participant=uuid4()),
    "invitation_not_mailed": lambda: Mail.objects.filter(kind="invitation").delete(),
    "keep_of_ended_invitation": lambda: invitations().update(state="lapsed", lapsed_at=timezone.now() - HOUR),
    "keep_without_sending": lambda: invitations().delete(),
}


@pytest.mark.requirement("E4")
def test_every_seeded_fault_of_an_invitation_is_found() -> None:
    waiting, answered = asked("sister@example.org"), asked("brother@example.org")
    actions.answer_invitation(link=link_of(answered).pk, agreed=True, scopes=["research"], notice=published())
    for person in (waiting, answered):
        actions.run(photo_id=person.photo_id)
    assert found() == set()
    overlooked = []
    for code, seed in OF_INVITATIONS.items():
        with transaction.atomic(), transaction.atomic(using="identity"):
            seed()
            if code not in found():
                overlooked.append(code)
            for alias in ("default", "identity"):
                transaction.set_rollback(True, using=alias)
    assert overlooked == []
    assert found() == set()


def test_invitations_in_any_state_are_no_faults() -> None:
    giver = Giver(address="g@example.org").drafts()
    giver.invites("a@example.org")
    refused, silent = asked("b@example.org"), asked("c@example.org")
    actions.answer_invitation(link=link_of(refused).pk, agreed=False, notice=published())
    Invitation.objects.filter(person=silent).update(asked_at=timezone.now() - timedelta(days=14))
    tasks.sweep()
    asked("d@example.org")
    actions.complete(grace=AT_ONCE)
    for photo in Photo.objects.all():
        actions.run(photo_id=photo.pk)
    assert found() == set()
    Withdrawal.objects.update(erase_from=timezone.now())
    tasks.erase()
    actions.complete(grace=AT_ONCE)
    assert found() == set()
    assert not Keep.objects.filter(pk=refused.invitation.pk).exists()


def test_a_mail_that_was_never_let_go_is_found() -> None:
    Giver().drafts().sends()
    Mail.objects.update(ready_at=None)
    assert found() == {"mail_not_released"}


def test_a_keep_of_a_sending_that_nobody_knows_is_found() -> None:
    giver = Giver().agrees()
    Keep.objects.create(subject=uuid4(), identity=Identity.objects.get(pk=giver.participant))
    assert found() == {"keep_without_sending"}


def test_a_consent_that_the_log_does_not_tell_is_found() -> None:
    giver = Giver().agrees()
    subject = giver.photos[0].subjects.get().pk
    ConsentRecord.objects.create(subject=subject, state="withdrawn", decision=uuid4(), by="system", method="page")
    assert "consent_not_as_logged" in found()


def test_a_missing_and_an_altered_file_are_found_and_end_in_one() -> None:
    giver = Giver().agrees()
    photo = giver.photos[0]
    assert photo.full_id is not None
    assert photo.thumbnail_id is not None
    storage().delete(name_of(photo.full_id))
    with storage().open(name_of(photo.thumbnail_id), "r+b") as file:
        file.seek(-1, 2)
        file.write(b"\0")
    text, code = said(deep=True)
    assert f"missing {photo.full_id}" in text
    assert f"altered {photo.thumbnail_id}" in text
    assert (code, text.splitlines()[-1]) == (1, "2 faults.")


def test_work_under_way_is_no_fault() -> None:
    Giver().drafts(rebuilt=False)
    assert said() == ("0 faults.\n", 0)
    assert "step_waits_too_long" in said(grace=0)[0]


def test_what_was_said_about_people_must_be_gone_with_the_photo() -> None:
    giver = Giver().agrees()
    leave(giver)
    Withdrawal.objects.update(erase_from=timezone.now())
    tasks.erase()
    Person.objects.update(age_text="7")
    assert "erased_photo_with_marks_or_digests" in found()


def test_the_sweep_command_does_what_the_clock_does() -> None:
    giver = Giver().drafts(rebuilt=False)
    Step.objects.update(created_at=timezone.now() - HOUR)
    Contribution.objects.update(created_at=timezone.now() - timedelta(days=2))
    out = io.StringIO()
    call_command("sweep", stdout=out)
    assert "1 sendings lapsed, 1 photos erased" in out.getvalue()
    assert giver.contribution.state == "lapsed"
    assert DataKey.objects.filter(destroyed_at__isnull=True).count() == 0
