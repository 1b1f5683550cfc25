"""What the log tells and the tables do not know is named, each kind of loss; a sound site has nothing to name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from psycopg import sql
from psycopg.conninfo import make_conninfo

from audit.models import Event
from audit.queries import kinds, retelling
from audit.standalone.verify_log import dump
from contributions import actions, tasks
from contributions.actions import settling
from contributions.models import Claim, Invitation, Withdrawal
from releases import actions as releases
from screening import actions as screening
from tests import pictures
from tests.builders import Given, given, read, upload
from tests.cast import Casting
from tests.consent.notices import published as notice
from tests.contributions.claimant import Claimant
from tests.contributions.giver import Giver
from tests.contributions.invited import asked, link_of
from tests.releases.curators import Curators
from tests.releases.receiving import handed_out

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)


class Site:
    """A site on which everything has happened once: the photos by what became of them."""

    def __init__(self, staff: Casting) -> None:
        self.curators = Curators(staff)
        self.first, self.annotator = self.curators.first, self.curators.annotator
        self.made = given(*(pictures.png(320 + number, 240) for number in range(4))).agree()
        self.published()
        self.published()
        first = self.made.photos[0].pk
        b"".join(screening.view(photo_id=first, rendition="thumbnail", staff_id=self.annotator, reason="task"))
        releases.abort(release_id=self.curators.drafted().pk, by="system", reason="test")
        self.erased, self.back, self.gone, self.kept = self.made.photos
        self.refused = given(pictures.png(330, 240))
        actions.stop(sending=self.refused.sending.pk)
        self.made.withdraw(self.erased, self.back, self.gone)
        self.undo(self.back.pk)
        Withdrawal.objects.filter(photo=self.erased).update(erase_from=timezone.now())
        tasks.erase_due()
        self.ask()
        self.claim()

    def ask(self) -> None:
        agreed, silent = asked("agreed@example.org"), asked("silent@example.org")
        link = link_of(agreed).pk
        actions.answer_invitation(link=link, agreed=True, scopes=["research"], notice=notice())
        Invitation.objects.filter(person=silent).update(asked_at=timezone.now() - timedelta(days=14))
        tasks.sweep()

    def claim(self) -> None:
        giver = Giver().agrees()
        claim = Claimant().claims(sender=giver.address).pk
        settling.release_sender(claim_id=claim, staff_id=self.first)
        settling.rule(claim_id=claim, photo_id=giver.ids[0], ruling="not_shown", staff_id=self.first)
        settling.settle(claim_id=claim, staff_id=self.first)
        Claimant(address="lapsed@example.org").writes()
        Claim.objects.filter(state="written").update(created_at=timezone.now() - timedelta(days=2))
        tasks.sweep_across()

    def published(self) -> None:
        if not Event.objects.filter(action="photo:read").exists():
            for _photo in self.made.photos:
                read(self.annotator)
        program = handed_out(self.curators, self.curators.published())
        assert program.get("manifest.json").status == HTTPStatus.OK

    def undo(self, photo: UUID) -> None:
        self.made.sending.refresh_from_db()
        assert self.made.sending.participant is not None
        actions.cancel(participant=self.made.sending.participant, photos=[photo], decision=photo, method="page")
        Given(self.made.sending, self.made.photos).work()


def lines() -> list[str]:
    return [line for name in settings.LOG_REPLAYS for line in import_string(name)()]


@contextmanager
def lost(table: str, statement: str) -> Iterator[None]:
    """Do this to a table as nobody but a superuser may, and put the table back."""
    url = make_conninfo(os.environ["MPM_TEST_SUPERUSER_URL"], dbname=connections["default"].settings_dict["NAME"])
    with psycopg.connect(url, autocommit=True) as connection:
        # Neither triggers nor foreign keys of a replica speak.
        connection.execute("SET session_replication_role = replica")
        name = sql.Identifier(table)
        connection.execute(sql.SQL("CREATE TEMP TABLE kept AS TABLE {}").format(name))
        connection.execute(statement)
        try:
            yield
        finally:
            connection.execute(sql.SQL("DELETE FROM {}").format(name))
            connection.execute(sql.SQL("INSERT INTO {} SELECT * FROM kept").format(name))
            connection.execute("DROP TABLE kept")


PHOTOS, SENDINGS, RELEASES = "contributions_photo", "contributions_contribution", "releases_release"
CLAIMS = "contributions_claim"
LOST = {
    "sending_unknown": (SENDINGS, "DELETE FROM contributions_contribution"),
    "sending_not_sent": (SENDINGS, "UPDATE contributions_contribution SET state = 'draft', sent_at = NULL"),
    "sending_not_answered": (SENDINGS, "UPDATE contributions_contribution SET state = 'sent'"),
    "sending_not_let_go": (SENDINGS, "UPDATE contributions_contribution SET state = 'sent'"),
    "sending_not_over": (SENDINGS, "UPDATE contributions_contribution SET closed_at = NULL"),
    "photo_unknown": (PHOTOS, "DELETE FROM contributions_photo"),
    "photo_not_rebuilt": (PHOTOS, "UPDATE contributions_photo SET state = 'received', erased_at = NULL"),
    "photo_not_let_go": (PHOTOS, "UPDATE contributions_photo SET state = 'refused', erased_at = NULL"),
    "photo_not_as_erased": (PHOTOS, "UPDATE contributions_photo SET state = 'lapsed', erased_at = NULL"),
    "photo_not_sent": ("contributions_consentsubject", "DELETE FROM contributions_consentsubject"),
    "photo_not_withdrawn": ("contributions_withdrawal", "DELETE FROM contributions_withdrawal"),
    "withdrawal_not_taken_back": (
        "contributions_withdrawal",
        "UPDATE contributions_withdrawal SET cancelled_at = NULL",
    ),
    "withdrawal_not_carried_out": ("contributions_withdrawal", "UPDATE contributions_withdrawal SET erased_at = NULL"),
    "invitation_not_asked": ("contributions_invitation", "DELETE FROM contributions_invitation"),
    "invitation_not_answered": ("contributions_invitation", "UPDATE contributions_invitation SET state = 'asked'"),
    "invitation_not_let_go": ("contributions_invitation", "UPDATE contributions_invitation SET state = 'asked'"),
    "claim_unknown": (CLAIMS, "DELETE FROM contributions_claim"),
    "claim_not_opened": (CLAIMS, "UPDATE contributions_claim SET state = 'written', opened_at = NULL"),
    "claim_not_let_go": (CLAIMS, "UPDATE contributions_claim SET state = 'written'"),
    "claim_not_settled": (CLAIMS, "UPDATE contributions_claim SET state = 'open' WHERE opened_at IS NOT NULL"),
    "claim_still_blocks": (CLAIMS, "UPDATE contributions_claim SET blocks = true WHERE state = 'settled'"),
    "claim_photo_unknown": ("contributions_claimedphoto", "DELETE FROM contributions_claimedphoto"),
    "claim_ruling_unknown": ("contributions_claimedphoto", "UPDATE contributions_claimedphoto SET ruling = 'shown'"),
    "consent_unknown": ("consent_consentrecord", "DELETE FROM consent_consentrecord"),
    "consent_not_as_told": ("consent_consentrecord", "DELETE FROM consent_consentrecord WHERE state <> 'requested'"),
    "receipt_unknown": ("consent_receipt", "DELETE FROM consent_receipt"),
    "notice_unknown": ("consent_consentnotice", "DELETE FROM consent_consentnotice"),
    "release_unknown": (RELEASES, "DELETE FROM releases_release"),
    "release_not_frozen": (RELEASES, "UPDATE releases_release SET frozen_at = NULL, frozen_by_id = NULL"),
    "release_not_built": (RELEASES, "UPDATE releases_release SET built_at = NULL"),
    "release_not_published": (RELEASES, "UPDATE releases_release SET published_at = NULL, published_by_id = NULL"),
    "release_not_superseded": (RELEASES, "UPDATE releases_release SET state = 'published'"),
    "release_not_aborted": (RELEASES, "UPDATE releases_release SET state = 'superseded'"),
    "verdict_clear_unknown": ("screening_verdict", "DELETE FROM screening_verdict"),
    "view_unknown": ("screening_view", "DELETE FROM screening_view"),
    "reading_unknown": ("annotation_reading", "DELETE FROM annotation_reading"),
    "photo_not_dropped": ("releases_item", "UPDATE releases_item SET dropped_at = NULL"),
    "download_unknown": ("releases_download", "DELETE FROM releases_download"),
}


@pytest.mark.requirement("E4")
def test_a_sound_site_misses_nothing_and_every_loss_is_named(staff: Casting, monkeypatch: pytest.MonkeyPatch) -> None:
    Site(staff)
    monkeypatch.setattr(retelling, "BATCH", 3)
    assert lines() == []
    overlooked = []
    for code, (table, statement) in LOST.items():
        with lost(table, statement):
            if code not in {line.partition(" ")[0] for line in lines()}:
                overlooked.append(code)
    assert overlooked == []
    assert lines() == []


def test_only_what_is_lost_is_named(staff: Casting) -> None:
    site = Site(staff)
    with lost(PHOTOS, f"DELETE FROM contributions_photo WHERE id = '{site.kept.pk}'"):
        assert lines() == [f"photo_unknown {site.kept.pk}"]
    with lost("contributions_withdrawal", f"DELETE FROM contributions_withdrawal WHERE photo_id = '{site.gone.pk}'"):
        assert lines() == [f"photo_not_withdrawn {site.gone.pk}"]
    with lost("contributions_withdrawal", "UPDATE contributions_withdrawal SET cancelled_at = NULL"):
        assert lines() == [f"withdrawal_not_taken_back {site.back.pk}"]


def test_a_consent_that_differs_by_a_scope_alone_is_named() -> None:
    subject = given().agree("sharing").photos[0].subjects.get().pk
    with lost("consent_consentrecord", "UPDATE consent_consentrecord SET scopes = '{research}' WHERE state = 'given'"):
        assert lines() == [f"consent_not_as_told {subject}"]


def test_a_refused_file_that_the_table_thinks_is_a_picture_is_named() -> None:
    sending = actions.start(language="en", client="127.0.0.1")
    photo = actions.add_photo(
        sending=sending.pk, upload=upload(b"no picture"), client_key=uuid4(), number=1, client="127.0.0.1"
    ).photo.pk
    actions.run(photo_id=photo)
    with lost(PHOTOS, "UPDATE contributions_photo SET state = 'received'"):
        assert f"photo_not_refused {photo}" in lines()


def recorded(action: str, subject: str, fields: dict[str, object]) -> str:
    """The place of an entry that a taken process could record: of the right form, and not what its kind holds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit.record(%s, 'system', %s, %s)", [action, subject, dump(fields)])
    return str(Event.objects.latest("index").index)


@pytest.mark.parametrize("subject", ["x", None], ids=["no id", "an id"])
@pytest.mark.parametrize("value", [None, "x", [], 5], ids=["no field", "no id in it", "a list", "a number"])
def test_entries_that_do_not_fit_their_kind_are_named_and_stop_nothing(subject: str | None, value: object) -> None:
    photo = str(given().agree().photos[0].pk)
    before = [line for line in lines() if "unreadable" in line]
    indexes = {
        name: recorded(name, subject or photo, {} if value is None else dict.fromkeys(kind.all_fields, value))
        for name, kind in kinds().items()
    }
    found = [line.removeprefix("entry_unreadable ") for line in lines() if line.startswith("entry_unreadable ")]
    assert before == []
    assert set(found) <= set(indexes.values())
    assert {indexes[name] for name in ("photo:sent", "photo:withdrawn", "photo:judged", "photo:viewed")} <= set(found)
    assert subject is None or {indexes[name] for name in ("release:drafted", "consent:given", "photo:ready")} <= set(
        found
    )
