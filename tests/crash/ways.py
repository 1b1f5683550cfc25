"""For each named point: a state reached by real actions, the job that dies there, and what holds once it was swept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from audit import actions as audit
from audit.models import Event
from consent.models import ConsentRecord, Receipt
from consent.queries import latest_notice
from contributions import actions, queries
from contributions.models import Claim, Invitation, Photo, Step, Withdrawal
from identity import actions as identity
from identity.actions.managing import answer_requests, request_manage_link
from identity.actions.receipts import release_late_receipts
from identity.models import Identity, Keep, Link, Mail
from identity.queries import hears_updates, live_link, participant_of
from releases import actions as releases
from releases import tasks as building
from releases.models import Audience, Crop, Shard
from releases.queries import digest_of, files_of
from screening import queries as gate
from screening.models import Finding
from tests import pictures
from tests.builders import given, read, upload
from tests.contributions.claimant import Claimant
from tests.contributions.giver import Giver
from tests.contributions.invited import asked, link_of
from tests.erasure.backups import Backup, restored_and_refilled
from tests.identity.mails import last_link, sent
from tests.releases.curators import opened
from vault import actions as vault
from vault import keyring
from vault.models import SealedObject
from vault.queries import is_unrecoverable


@dataclass(frozen=True)
class Way:
    """A job with its arguments, and what to look at afterwards."""

    job: str
    args: dict[str, Any]
    look: Callable[[], None]
    # What an operator does before the sweep, where nothing is done while the site is closed.
    by_hand: Callable[[], object] | None = None


def somebody() -> Giver:
    """A giver with an address of their own."""
    return Giver(address=f"{uuid4().hex}@example.org")


def adding() -> Way:
    """Killed while an upload is kept; the browser tries again with the same key."""
    giver, key, width = somebody().drafts(0), uuid4(), 70

    def look() -> None:
        again = actions.add_photo(
            sending=giver.sending, upload=upload(pictures.png(width, 40)), client_key=key, number=1, client=uuid4().hex
        )
        assert giver.contribution.photos.count() == 1
        actions.run(photo_id=again.photo.pk)
        assert Photo.objects.get(pk=again.photo.pk).state == "ready"

    return Way("add", {"sending": str(giver.sending), "client_key": str(key), "width": width}, look)


def rebuilding() -> Way:
    """Killed in a step; nobody does anything but the sweep."""
    giver = somebody().drafts(rebuilt=False)
    photo = giver.photos[0]

    def look() -> None:
        photo.refresh_from_db()
        assert photo.state == "ready"
        assert photo.full is not None
        assert vault.read(photo.full)
        assert not photo.steps.filter(done_at__isnull=True).exists()

    return Way("run", {"photo": str(photo.pk)}, look)


def sending() -> Way:
    """Killed between the two databases while sending; whoever was not told "sent" presses again."""
    giver = somebody().drafts()

    def look() -> None:
        giver.sends()
        _one_mail(giver)
        assert Keep.objects.get(pk=giver.sending).identity_id == giver.participant
        giver.answers("research")
        assert queries.in_use().filter(pk__in=giver.ids).count() == 1

    return Way("send", {"sending": str(giver.sending), "address": giver.address}, look)


def readdressing() -> Way:
    """Killed after the address was changed in identity and before research followed."""
    giver, address = somebody().drafts().sends(), f"{uuid4().hex}@example.org"

    def look() -> None:
        assert Keep.objects.get(pk=giver.sending).identity_id == giver.participant
        giver.answers("research")
        assert queries.in_use().filter(pk__in=giver.ids).count() == 1

    return Way("readdress", {"sending": str(giver.sending), "address": address}, look)


def answering() -> Way:
    """Killed while an answer is taken. Either it was never taken, and the link works, or it stands whole."""
    giver = somebody().drafts().sends()
    link = giver.opens_link()

    def look() -> None:
        if live_link(link.pk, Link.Action.CONSENT):
            giver.answers("research", "updates")
        giver.works()
        assert queries.in_use().filter(pk__in=giver.ids).count() == 1
        assert hears_updates(giver.participant)
        subject = queries.subjects_of(giver.participant, giver.ids)[giver.ids[0]]
        assert ConsentRecord.objects.filter(subject=subject, state="given").count() == 1
        assert Receipt.objects.filter(participant=giver.participant).exists()
        _one_receipt(giver)

    return Way("answer", {"link": str(link.pk)}, look)


def withdrawing() -> Way:
    """Killed after the withdrawal was committed: it stands, and its receipt is made up."""
    giver = _agreed()

    def look() -> None:
        assert not queries.in_use().filter(pk__in=giver.ids).exists()
        assert Withdrawal.objects.filter(photo__in=giver.ids).count() == 1
        assert Mail.objects.filter(identity=giver.participant, kind=Mail.Kind.RECEIPT).count() == 2

    return Way("withdraw", {"participant": str(giver.participant)}, look)


def leaving() -> Way:
    """Killed behind a link that withdraws. Either it was never used, and works, or the withdrawal stands whole."""
    giver = _agreed()
    request_manage_link(address=giver.address, language="en", client=uuid4().hex)
    answer_requests()
    link = Link.objects.get(identity=giver.participant, action=Link.Action.MANAGE)

    def look() -> None:
        if live_link(link.pk, Link.Action.MANAGE):
            actions.open_link(link=link.pk, everything=True)
        assert Link.objects.get(pk=link.pk).closed_at is not None
        assert not queries.in_use().filter(pk__in=giver.ids).exists()
        assert Withdrawal.objects.filter(photo__in=giver.ids).count() == 1
        assert Mail.objects.filter(identity=giver.participant, kind=Mail.Kind.RECEIPT).count() == 2

    return Way("leave", {"link": str(link.pk)}, look)


def claiming() -> Way:
    """Killed while a claim is written: either nothing of it is kept, or it is there and its link is mailed."""
    person = Claimant(address=f"{uuid4().hex}@example.org")

    def look() -> None:
        participant = participant_of(person.address)
        if participant is None:
            return
        claim = Claim.objects.get(participant=participant)
        assert vault.read(claim.words)
        assert Keep.objects.get(pk=claim.pk).identity_id == participant
        assert Mail.objects.get(decision=claim.pk, ready_at__isnull=False).identity_id == participant

    return Way("claim", {"address": person.address}, look)


def confirming() -> Way:
    """Killed behind the link of a claim. Either the link still works, or the claim is open."""
    person = Claimant(address=f"{uuid4().hex}@example.org")
    person.writes()
    link = person.opens_link()

    def look() -> None:
        if live_link(link.pk, Link.Action.CLAIM):
            person.chooses("look")
        assert Claim.objects.get(pk=link.subject).state == "open"
        assert Link.objects.get(pk=link.pk).closed_at is not None

    return Way("confirm", {"link": str(link.pk)}, look)


def settling() -> Way:
    """Killed while a claim is settled: what it was about returns, and one answer is mailed."""
    giver = _agreed()
    person = Claimant(address=f"{uuid4().hex}@example.org")
    claim = person.claims(sender=giver.address)

    def look() -> None:
        assert queries.in_use().filter(pk__in=giver.ids).count() == 1
        # Once it was sent, nothing of its reader is kept.
        waits = Mail.objects.filter(kind=Mail.Kind.CLAIM_ANSWER, decision=claim.pk).count()
        assert waits + (not Identity.objects.filter(pk=claim.participant).exists()) == 1
        assert not Keep.objects.filter(pk=claim.pk).exists()
        assert Claim.objects.select_related("key").get(pk=claim.pk).key.destroyed_at is not None

    return Way("settle", {"claim": str(claim.pk)}, look)


def revoking() -> Way:
    """Killed after a revocation was committed: it stands, and its receipt is made up."""
    giver = _agreed()

    def look() -> None:
        assert not queries.in_use().filter(pk__in=giver.ids).exists()
        assert Withdrawal.objects.get(photo__in=giver.ids).cause == Withdrawal.Cause.REVOKED
        assert Mail.objects.filter(identity=giver.participant, kind=Mail.Kind.RECEIPT).count() == 2

    return Way("revoke", {"photo": str(giver.ids[0])}, look)


def erasing() -> Way:
    """Killed while a photo is erased: afterwards nothing opens it, and its neighbour is as it was."""
    giver = _agreed(2)
    photo, other = giver.photos
    actions.withdraw(participant=giver.participant, photos=[photo.pk], decision=uuid4(), method="page")
    Withdrawal.objects.filter(photo=photo).update(erase_from=timezone.now())

    def look() -> None:
        photo.refresh_from_db()
        assert photo.state == "erased"
        vault.rotate()
        assert is_unrecoverable(photo.key)
        assert _opens(other)
        assert Identity.objects.filter(pk=giver.participant).exists()

    return Way("erase", {"photo": str(photo.pk)}, look)


def rotating() -> Way:
    """Killed while the epoch changes: every living photo opens, and the next rotation finishes."""
    giver = somebody().drafts()

    def look() -> None:
        assert _opens(giver.photos[0])
        vault.rotate()
        assert _opens(giver.photos[0])
        assert len(keyring.epochs()) == 1

    return Way("rotate", {}, look)


def replaying() -> Way:
    """Killed between two rooms after a restore: the site stays closed, and the next run ends where the log is."""
    before = Event.objects.filter(action="log:replayed").count()
    giver = _agreed(2)
    photo, other = giver.photos
    vault.rotate()
    backup = Backup.take()
    actions.withdraw(participant=giver.participant, photos=[photo.pk], decision=uuid4(), method="page")
    actions.erase_now(participant=giver.participant, photos=[photo.pk])
    actions.erase(photo_id=photo.pk)
    vault.rotate()
    restored_and_refilled(backup)

    def look() -> None:
        photo.refresh_from_db()
        assert photo.state == "erased"
        assert is_unrecoverable(photo.key)
        assert _opens(other)
        assert Withdrawal.objects.filter(photo=photo, erased_at__isnull=False).count() == 1
        assert Event.objects.filter(action="log:replayed").count() == before + 1
        assert Event.objects.filter(action="photo:erased", subject=str(photo.pk)).count() == 1

    return Way("replay", {}, look, by_hand=audit.replay)


def cutting() -> Way:
    """Killed while the crop of a reading is made: the sweep makes it, once."""
    photo = _read_photo([User.objects.enrol(email=f"{uuid4().hex}@example.org", name="Somebody").pk])

    def look() -> None:
        crop = Crop.objects.select_related("sealed__key").get(photo=photo, dropped_at=None)
        assert crop.sealed is not None
        assert vault.read(crop.sealed).startswith(b"\xff\xd8")

    return Way("cut", {}, look)


def releasing() -> Way:
    """Killed while a frozen release is built: the sweep builds it, whole, and nothing is left over."""
    staff = [User.objects.enrol(email=f"{uuid4().hex}@example.org", name="Somebody").pk for _ in range(2)]
    _read_photo(staff)
    building.cut_now()
    drafted = releases.draft(audience=Audience.OWN, bases=frozenset(), with_nobody=False, staff_id=staff[0])
    release = releases.freeze(release_id=drafted.pk, staff_id=staff[1])

    def look() -> None:
        release.refresh_from_db()
        assert release.state == "built"
        assert all(len(opened(file.sealed_id)) == file.size for file in files_of(release) if file.sealed_id)
        assert Event.objects.filter(action="release:built", subject=str(release.pk)).count() == 1
        shards = set(Shard.objects.filter(items__release=release))
        kept = {shard.sealed_id for shard in shards} | {file.sealed_id for file in release.files.all()}
        keys = [release.papers_key, release.tables_key, *(shard.key for shard in shards)]
        assert set(SealedObject.objects.filter(key__in=keys, dropped_at=None).values_list("pk", flat=True)) == kept
        # The next way may draft its own.
        releases.abort(release_id=release.pk, by="system", reason="given_up")
        assert not SealedObject.objects.filter(pk__in=filter(None, kept), dropped_at=None).exists()

    return Way("build", {"release": str(release.pk)}, look)


def inviting() -> Way:
    """Killed between the two databases while somebody is invited; the giver presses again."""
    giver, address = somebody().drafts(), f"{uuid4().hex}@example.org"
    person = actions.add_person(photo=giver.photos[0], x=0.2, y=0.2)
    actions.edit_person(person=person, age_text="9", language="en")

    def look() -> None:
        actions.invite(person=person, address=address, language="en", client=uuid4().hex)
        invitation = Invitation.objects.get(person=person)
        assert list(Keep.objects.filter(identity=invitation.participant).values_list("pk", flat=True)) == [
            invitation.pk
        ]

    return Way("invite", {"person": str(person.pk), "address": address}, look)


def asking() -> Way:
    """Killed when the giver's yes stands and before the invited person was written to: the sweep writes, once."""
    giver = somebody().drafts()
    person = giver.invites(f"{uuid4().hex}@example.org")
    link = giver.sends().opens_link()

    def look() -> None:
        invitation = Invitation.objects.get(person=person)
        assert invitation.state == "asked"
        assert Mail.objects.filter(decision=invitation.pk, kind=Mail.Kind.INVITATION).count() == 1
        actions.answer_invitation(link=link_of(person).pk, agreed=True, scopes=["research"], notice=latest_notice("en"))
        giver.works()
        assert queries.in_use().filter(pk__in=giver.ids).count() == 1

    return Way("answer", {"link": str(link.pk)}, look)


def replying() -> Way:
    """Killed while the answer of an invited person is taken: it was never taken, or it stands whole."""
    person = asked(f"{uuid4().hex}@example.org")
    link = link_of(person)

    def look() -> None:
        if live_link(link.pk, Link.Action.INVITATION):
            actions.answer_invitation(link=link.pk, agreed=True, scopes=["research"], notice=latest_notice("en"))
        actions.run(photo_id=person.photo_id)
        assert Invitation.objects.get(person=person).state == "answered"
        assert queries.in_use().filter(pk=person.photo_id).count() == 1
        assert Receipt.objects.filter(participant=link.identity_id).exists()
        assert Mail.objects.filter(identity=link.identity_id, kind=Mail.Kind.RECEIPT).count() == 1

    return Way("reply", {"link": str(link.pk)}, look)


def reminding() -> Way:
    """Killed when the second mail of an invitation is written and before that is noted: there is no third."""
    invitation = asked(f"{uuid4().hex}@example.org").invitation
    sent()
    Invitation.objects.filter(pk=invitation.pk).update(remind_at=timezone.now())

    def look() -> None:
        invitation.refresh_from_db()
        assert invitation.remind_at is None
        assert Mail.objects.filter(identity=invitation.participant, kind=Mail.Kind.INVITATION).count() == 2
        assert Link.objects.filter(subject=invitation.pk).count() == 1

    return Way("remind", {}, look)


def rescreening() -> Way:
    """Killed after one of three photos was opened to be screened again; the sweep does the rest."""
    photos = Photo.objects.filter(pk__in=_agreed(3).ids)
    earlier = Finding.objects.filter(photo__in=photos, step="classify")
    earlier.update(made_with={"policy": "earlier"})

    def look() -> None:
        assert earlier.filter(made_with__policy=gate.current_policy()).count() == 3
        assert gate.servable().filter(pk__in=photos).count() == 3
        assert Step.objects.filter(photo__in=photos, name="screening.intake.classify").count() == 6
        assert not Step.objects.filter(photo__in=photos, done_at__isnull=True).exists()

    return Way("rescreen", {}, look)


def telling() -> Way:
    """Killed while an update's mails are written: everybody is told once, and nobody else."""
    people = [somebody().agrees().participant for _ in range(2)]
    identity.set_updates(participant=people[0], on=True)
    writer, other = (User.objects.enrol(email=f"{uuid4().hex}@example.org", name="C").pk for _ in range(2))
    update = releases.draft_update(staff_id=writer)
    releases.write_update(update_id=update.pk, language="en", title="News", text="It works.", staff_id=writer)
    releases.approve_update(update_id=update.pk, seen=digest_of(update), staff_id=other)

    def look() -> None:
        mails = Mail.objects.filter(kind=Mail.Kind.UPDATE, decision=update.pk, identity__in=people)
        assert list(mails.values_list("identity", flat=True)) == people[:1]
        assert Event.objects.filter(action="update:mailed", subject=str(update.pk)).count() == 1

    return Way("tell", {}, look)


WAYS: dict[str, Callable[[], Way]] = {
    "upload:kept": adding,
    "upload:committed": adding,
    "step:started": rebuilding,
    "rebuild:sealed": rebuilding,
    "rebuild:committed": rebuilding,
    "sending:address_kept": sending,
    "sending:decided": sending,
    "sending:address_changed": readdressing,
    "consent:claimed": answering,
    "consent:decided": answering,
    "consent:closed": answering,
    "claim:address_kept": claiming,
    "claim:written": claiming,
    "claim:link_taken": confirming,
    "claim:decided": confirming,
    "claim:settled": settling,
    "claim:answered": settling,
    "revocation:committed": revoking,
    "invitation:address_kept": inviting,
    "invitation:asked": asking,
    "invitation:claimed": replying,
    "invitation:decided": replying,
    "invitation:reminded": reminding,
    "manage:claimed": leaving,
    "manage:decided": leaving,
    "withdrawal:committed": withdrawing,
    "erasure:key_destroyed": erasing,
    "erasure:committed": erasing,
    "rotation:epoch_made": rotating,
    "rotation:moved": rotating,
    "rotation:copied": rotating,
    "replay:keys": replaying,
    "replay:photos": replaying,
    "rescreening:opened": rescreening,
    "update:written": telling,
    "crop:taken": cutting,
    "crop:sealed": cutting,
    "release:planned": releasing,
    "release:shard_sealed": releasing,
    "release:shard": releasing,
    "release:tables": releasing,
    "release:papers": releasing,
    "release:written": releasing,
}


def _agreed(count: int = 1) -> Giver:
    giver = somebody().drafts(count).sends()
    giver.answers("research")
    return giver


def _read_photo(staff: Sequence[UUID]) -> Photo:
    (photo,) = given(pictures.png(90, 60)).agree().photos
    # What the ways before this one left in use waits to be read, too, and may show somebody who was asked.
    while read(staff[0]).task.photo_id != photo.pk:
        pass
    return photo


def _opens(photo: Photo) -> bool:
    photo = Photo.objects.select_related("full__key").get(pk=photo.pk)
    return photo.full is not None and vault.read(photo.full).startswith(b"\xff\xd8")


def _one_mail(giver: Giver) -> None:
    """One mail with a link was written for the person, and it can be sent."""
    mails = Mail.objects.filter(identity=giver.participant, kind=Mail.Kind.CONSENT_LINK, ready_at__isnull=False)
    assert mails.count() == 1
    assert last_link()


def _one_receipt(giver: Giver) -> None:
    """One receipt was written for the person; it is let go with the log's proof, or without once that is late."""
    receipt = Mail.objects.get(identity=giver.participant, kind=Mail.Kind.RECEIPT)
    with override_settings(RECEIPT_PROOF_SECONDS=0):
        release_late_receipts()
    receipt.refresh_from_db()
    assert receipt.ready_at is not None
