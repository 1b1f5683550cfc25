"""After a restored backup: what the log tells to be over is over, and no number is given twice."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Event, Head
from releases import actions, queries, tasks
from releases.actions import ReleaseNotPossible
from releases.actions.replaying_releases import REASON_LOST
from releases.models import Audience, NoticeItem, Release, Update, Use, WithdrawalNotice
from releases.queries import missing_by_log, public_updates
from releases.transitions import ReleaseState
from tests import pictures
from tests.builders import Given, given, read
from tests.cast import Casting
from tests.releases.curators import Curators, taken_back
from tests.releases.receiving import approved as recipient_of
from tests.releases.receiving import handed_out
from tests.releases.test_update_mails import approved, crowd, told
from vault import actions as vault

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
OWN = Audience.OWN


@pytest.fixture
def three(curators: Curators) -> Given:
    made = given(*(pictures.png(320 + 2 * place, 240) for place in range(3))).agree()
    for _photo in made.photos:
        read(curators.annotator)
    return made


def backed_up(row: Any) -> Callable[[], None]:
    """What brings a row back to how it is now, as a restored backup does."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return lambda: type(row).objects.filter(pk=row.pk).update(**fields)


def replayed() -> int:
    return actions.replay(first=0, size=Head.objects.get().size)


def state(release: Release) -> str:
    release.refresh_from_db()
    return release.state


@pytest.mark.requirement("D10")
def test_a_release_that_was_taken_back_stays_so(one: Given, curators: Curators) -> None:
    release = curators.published()
    holder = handed_out(curators, release)
    assert holder.get("data/annotations.json").status == 200
    before = backed_up(release)
    release = actions.ask_retraction(release_id=release.pk, reason="Wrong ages.", staff_id=curators.second)
    asked = backed_up(release)
    taken_back(release, by=curators.third)
    for restore, reason in ((before, REASON_LOST), (asked, "Wrong ages.")):
        restore()
        assert holder.get("data/annotations.json").status == 410
        assert holder.get("README.md").status == 200
        assert replayed() == 1
        assert state(release) == ReleaseState.RETRACTED
        assert (release.retraction_asked_by_id, release.retracted_by_id) == (curators.second, curators.third)
        assert release.retraction == reason
        assert reason in Client().get("/versions/own/1/").content.decode().replace("&#x27;", "'")
        assert [behind.number for behind in queries.holdings()[0].behind] == [0]
        assert replayed() == 0
        assert list(missing_by_log()) == []


def test_two_others_stand_for_curators_whom_the_backup_does_not_know(one: Given, curators: Curators) -> None:
    release = curators.published()
    restore = backed_up(release)
    taken_back(actions.ask_retraction(release_id=release.pk, reason="x", staff_id=curators.first), by=curators.third)
    restore()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("releases.actions.replaying_releases.staff_of", lambda _entry: None)
        assert replayed() == 1
    assert state(release) == ReleaseState.RETRACTED
    assert release.retraction_asked_by_id != release.retracted_by_id


@pytest.mark.requirement("D10")
def test_what_was_superseded_or_given_up_stays_so(one: Given, curators: Curators) -> None:
    older = curators.published()
    restore = [backed_up(older)]
    curators.published()
    third = curators.drafted()
    restore.append(backed_up(third))
    actions.abort(release_id=third.pk, by=f"staff:{curators.first}", reason="curator")
    for back in restore:
        back()
    assert replayed() == 2
    assert (state(older), state(third), third.end_reason) == (ReleaseState.SUPERSEDED, ReleaseState.ABORTED, "curator")
    assert (replayed(), list(missing_by_log())) == (0, [])


@pytest.mark.requirement("D10")
def test_what_was_published_since_is_published_if_it_is_the_same_and_never_built_under_its_number(
    one: Given, curators: Curators, staff: Casting
) -> None:
    release = curators.frozen()
    frozen = backed_up(release)
    tasks.build_now(release.pk)
    restore = backed_up(Release.objects.get())
    actions.publish(release_id=release.pk, staff_id=curators.first)
    restore()
    assert replayed() == 1
    assert state(release) == ReleaseState.PUBLISHED
    assert handed_out(curators, release).get("data/annotations.json").status == 200
    frozen()
    assert replayed() == 1
    assert (state(release), release.end_reason) == (ReleaseState.ABORTED, "restored")
    page = staff("curator").client.get(f"/staff/releases/{release.pk}/").content.decode()
    assert "Given up when a backup was restored" in page
    assert curators.drafted().number == 2


def test_no_number_of_a_release_is_given_again(curators: Curators) -> None:
    first = curators.drafted()
    actions.abort(release_id=first.pk, by=f"staff:{curators.first}", reason="curator")
    Release.objects.all().delete()
    assert curators.drafted().number == 2
    assert curators.drafted(audience=Audience.PARTNERS).number == 1


@pytest.mark.requirement("D12")
@pytest.mark.parametrize("is_replayed", [True, False])
def test_an_update_that_was_taken_down_is_neither_public_nor_mailed(*, is_replayed: bool) -> None:
    crowd(2)
    update = approved()
    restore = backed_up(update)
    actions.end_update(update_id=update.pk, staff_id=update.drafted_by_id)
    restore()
    if is_replayed:
        assert replayed() == 1
        assert public_updates() == []
        assert list(missing_by_log()) == []
    actions.mail_updates()
    assert told() == []
    assert replayed() == (0 if is_replayed else 1)


def test_a_draft_that_was_given_up_and_a_use_that_was_taken_out_stay_so(one: Given, curators: Curators) -> None:
    update = actions.draft_update(staff_id=curators.first)
    release = curators.published()
    recipient = recipient_of(curators)
    use = actions.tell_use(release_id=release.pk, recipient_id=recipient.pk, project="Ages", staff_id=curators.first)
    restore = [backed_up(update), backed_up(use)]
    actions.end_update(update_id=update.pk, staff_id=curators.first)
    actions.end_use(use_id=use.pk, staff_id=curators.second)
    for back in restore:
        back()
    assert replayed() == 2
    assert Update.objects.get().state == "dropped"
    assert Use.objects.get().ended_by_id == curators.second
    assert (replayed(), list(missing_by_log())) == (0, [])


class TestLostNotices:
    """Holders have notices that the backup does not: no other one of their number is signed."""

    @pytest.fixture
    def kept(self, three: Given, curators: Curators, settings: Settings, tmp_path: Any) -> Any:
        """A holder's withdrawals.json with the first notice, which is lost here; a second photo waits."""
        settings.WITHDRAWAL_BATCH = 1
        curators.published()
        three.withdraw(three.photos[0])
        assert actions.announce_due()
        file = tmp_path / "withdrawals.json"
        file.write_bytes(Client().get("/withdrawals.json").content)
        NoticeItem.objects.all().delete()
        WithdrawalNotice.objects.all().delete()
        three.withdraw(three.photos[1])
        return file

    @pytest.mark.requirement("D7")
    def test_nothing_more_is_told_or_published_until_they_are_put_back(
        self, kept: Any, curators: Curators, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert actions.announce_due() == []
        assert "restore_notices" in caplog.text
        with pytest.raises(ReleaseNotPossible, match="notices_lost"):
            curators.published()
        call_command("restore_notices", kept)
        call_command("restore_notices", kept)
        actions.publish(release_id=Release.objects.get(state=ReleaseState.BUILT).pk, staff_id=curators.first)
        notices = [json.loads(one["notice"]) for one in Client().get("/withdrawals.json").json()["notices"]]
        assert [one["number"] for one in notices] == [1, 2]
        assert set(notices[0]["ids"]).isdisjoint(notices[1]["ids"])
        assert notices[1]["previous"]
        assert list(missing_by_log()) == []
        assert Event.objects.filter(action="withdrawals:restored").count() == 1

    def test_only_what_we_signed_and_logged_is_put_back(self, kept: Any) -> None:
        feed = json.loads(kept.read_text())
        (entry,) = feed["notices"]
        changed = {**entry, "notice": entry["notice"].replace('"number":1', '"number":2')}
        for wrong in (b"[]", b"\xff", json.dumps({"notices": [changed]}).encode()):
            kept.write_bytes(wrong)
            with pytest.raises(CommandError):
                call_command("restore_notices", kept)
        # Signed by us, and told by no entry.
        text = changed["notice"]
        assert text != entry["notice"]
        with pytest.raises(actions.NoticesNotRestored, match="log"):
            actions.restore_notices(feed=json.dumps({"notices": [signed(text)]}).encode())
        assert not WithdrawalNotice.objects.exists()

    def test_a_notice_that_parted_from_the_log_is_seen(self, kept: Any) -> None:
        text = json.loads(kept.read_text())["notices"][0]["notice"]
        parted = text.replace('"previous":""', '"previous":"x"')
        WithdrawalNotice.objects.create(audience=OWN, number=1, at=timezone.now(), text=parted, signature=b"")
        assert actions.announce_due() == []
        with pytest.raises(actions.NoticesNotRestored, match="stands here"):
            actions.restore_notices(feed=kept.read_bytes())


def signed(text: str) -> dict[str, str]:
    return {"notice": text, "signature": b64encode(vault.sign(text.encode())).decode()}
