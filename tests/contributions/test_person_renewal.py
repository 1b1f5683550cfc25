"""Agreements that end by time, and texts that ask for more: shown, reminded of once, agreed to again, or out (K7)."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from consent.actions import publish
from consent.models import ConsentNotice, ConsentRecord, Receipt
from consent.sources import sources
from contributions import actions, queries, tasks
from contributions.actions import renewing
from contributions.models import Contribution, Withdrawal
from contributions.queries.person import sendings_of
from identity.models import Mail
from tests.consent.notices import published
from tests.contributions.giver import Giver
from tests.contributions.invited import asked, link_of
from tests.identity.mails import last_link

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"], transaction=True),
    pytest.mark.requirement("K7"),
]


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def at_home(*, months: int | None = None) -> Giver:
    """Somebody who agreed, to a notice that holds for so many months, and opened their own page."""
    giver = Giver().drafts().sends()
    giver.answers("research", "sharing", notice=later("2900-1", months=months) if months else None)
    open_page(giver)
    return giver


def open_page(giver: Giver) -> None:
    giver.client.post("/change-or-withdraw/", {"email": giver.address})
    giver.client.get(last_link())
    giver.client.post("/your-photos/open/", {"what": "see"})


def later(version: str, *, terms: int = 1, months: int | None = None) -> ConsentNotice:
    """Publish the English notice once more under another version."""
    source = next(source for source in sources() if source.language == "en")
    source = replace(source, version=version, terms=terms, valid_months=months)
    notice = publish(source=source, by="system")
    assert notice is not None
    return notice


def in_some_days(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    """Let the clock of everything that asks it be this much later."""
    real = timezone.now
    monkeypatch.setattr("django.utils.timezone.now", lambda: real() + timedelta(days=days))


def agrees(giver: Giver, notice: ConsentNotice) -> Any:
    path = f"/your-photos/agree/?photo={giver.ids[0]}"
    return giver.client.post(path, {"research": "on", "notice": str(notice.pk)})


def test_a_text_that_asks_for_more_stops_use_until_it_is_agreed_to() -> None:
    giver = at_home()
    notice = later("2900-1", terms=2)
    assert queries.in_use().count() == 0
    page = giver.client.get("/your-photos/")
    assert "and asks for more" in text(page)
    assert "Until you agree again nobody uses the photo." in text(page)
    assert "/changes/?since=" in page.content.decode()
    before = Receipt.objects.count()
    form = giver.client.get(f"/your-photos/agree/?photo={giver.ids[0]}")
    assert "checked" not in form.content.decode()
    agrees(giver, notice)
    assert queries.in_use().count() == 1
    assert queries.in_use(scopes=["sharing"]).count() == 0
    assert ConsentRecord.objects.latest("id").state == "renewed"
    assert Receipt.objects.count() == before + 1


def test_agreeing_again_with_nothing_chosen_changes_nothing() -> None:
    giver = at_home()
    notice = later("2900-1", terms=2)
    path = f"/your-photos/agree/?photo={giver.ids[0]}"
    assert giver.client.post(path, {"notice": str(notice.pk)}).status_code == 400
    assert queries.in_use().count() == 0


def test_a_text_that_asks_for_nothing_more_is_shown_and_changes_nothing() -> None:
    giver = at_home()
    later("2900-1")
    assert queries.in_use().count() == 1
    words = text(giver.client.get("/your-photos/"))
    assert "The text has changed since; it asks for nothing more" in words
    assert "Agree again" not in words


def test_scopes_are_not_changed_under_a_text_that_asks_for_more() -> None:
    giver = at_home()
    notice = later("2900-1", terms=2)
    giver.client.post(f"/your-photos/scopes/?photo={giver.ids[0]}", {"sharing": "no", "notice": str(notice.pk)})
    assert queries.in_use().count() == 0


def test_a_yes_that_ended_is_said_and_can_be_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    giver = at_home(months=2)
    notice = ConsentNotice.objects.get(version="2900-1")
    in_some_days(monkeypatch, 70)
    assert queries.in_use().count() == 0
    tasks.sweep()
    assert ConsentRecord.objects.latest("id").state == "expired"
    card = sendings_of(giver.participant)[0].photos[0]
    assert card.again is not None
    assert (card.again.is_widened, str(card.state)) == (False, "not used until you agree again")
    done = actions.agree(
        participant=giver.participant, photos=giver.ids, scopes=["research"], notice=notice, decision=uuid4()
    )
    assert done.photos == tuple(giver.ids)
    assert queries.in_use().count() == 1


def test_a_reminder_is_written_once_for_each_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    at_home(months=2)
    renewing.remind()
    assert not Mail.objects.filter(kind=Mail.Kind.REMINDER).exists()
    in_some_days(monkeypatch, 45)
    renewing.remind()
    renewing.remind()
    assert Mail.objects.filter(kind=Mail.Kind.REMINDER).count() == 1
    later("2900-2", terms=2)
    renewing.remind()
    renewing.remind()
    assert Mail.objects.filter(kind=Mail.Kind.REMINDER).count() == 2


def test_what_nobody_agreed_to_again_goes_out_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    giver = at_home()
    later("2900-1", terms=2)
    in_some_days(monkeypatch, settings.RENEWAL_DAYS - 1)
    renewing.expire_and_take_out()
    assert not Withdrawal.objects.exists()
    monkeypatch.undo()
    in_some_days(monkeypatch, settings.RENEWAL_DAYS + 1)
    renewing.expire_and_take_out()
    renewing.expire_and_take_out()
    row = Withdrawal.objects.get()
    assert (row.photo_id, row.cause) == (giver.ids[0], "expired")
    assert ConsentRecord.objects.latest("id").state == "expired"


def out_for_want_of_a_yes(giver: Giver, settings: Settings) -> ConsentNotice:
    """Widen the text and let the time for an answer be over at once."""
    notice = later("2900-1", terms=2)
    settings.RENEWAL_DAYS = 0
    renewing.expire_and_take_out()
    assert Withdrawal.objects.get(photo__in=giver.ids).cause == "expired"
    return notice


def test_what_went_out_for_want_of_a_yes_comes_back_with_one_while_the_bytes_are_there(
    settings: Settings,
) -> None:
    giver = at_home()
    notice = out_for_want_of_a_yes(giver, settings)
    words = text(giver.client.get("/your-photos/"))
    assert "Nobody answered in time, so it is on its way out. You can still agree until" in words
    agrees(giver, notice)
    assert Withdrawal.objects.get().cancelled_at is not None
    assert ConsentRecord.objects.latest("id").state == "renewed"
    giver.works()
    assert queries.in_use().count() == 1
    renewing.expire_and_take_out()
    assert Withdrawal.objects.count() == 1


def test_after_the_wait_no_yes_brings_it_back(settings: Settings) -> None:
    giver = at_home()
    notice = out_for_want_of_a_yes(giver, settings)
    Withdrawal.objects.update(erase_from=timezone.now())
    assert "Agree again" not in text(giver.client.get("/your-photos/"))
    assert agrees(giver, notice)["Location"] == "/your-photos/"
    assert Withdrawal.objects.get().cancelled_at is None


def test_it_stays_out_until_everybody_whose_yes_ended_agreed_again(settings: Settings) -> None:
    person = asked("shown@example.org")
    link = link_of(person)
    actions.answer_invitation(link=link.pk, agreed=True, scopes=["research"], notice=published())
    notice = later("2900-1", terms=2)
    settings.RENEWAL_DAYS = 0
    renewing.expire_and_take_out()
    giver = Contribution.objects.get().participant
    assert giver is not None
    done = [
        actions.agree(
            participant=participant, photos=[person.photo_id], scopes=["research"], notice=notice, decision=uuid4()
        )
        for participant in (giver, link.identity_id)
    ]
    assert [answer.still_out for answer in done] == [(person.photo_id,), ()]
    assert Withdrawal.objects.get().cancelled_at is not None


def test_a_yes_whose_time_ended_is_given_again_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page asks for the same text: its months are counted anew."""
    giver = Giver().drafts().sends()
    notice = later("2900-1", months=2)
    with monkeypatch.context() as ended:
        ended.setattr("consent.actions.recording.months_after", lambda now, _months: now)
        giver.answers("research", notice=notice)
    assert queries.in_use().count() == 0
    tasks.sweep()
    open_page(giver)
    assert "Your yes ended on" in text(giver.client.get("/your-photos/"))
    assert agrees(giver, notice)["Location"] == "/your-photos/"
    giver.works()
    assert queries.in_use().count() == 1
    assert ConsentRecord.objects.latest("id").state == "renewed"


def test_a_sweep_by_hand_ends_what_the_clock_would(monkeypatch: pytest.MonkeyPatch) -> None:
    giver = at_home()
    later("2900-1", terms=2)
    call_command("sweep", stdout=io.StringIO())
    assert Mail.objects.filter(kind=Mail.Kind.REMINDER).count() == 1
    in_some_days(monkeypatch, settings.RENEWAL_DAYS + 1)
    call_command("sweep", stdout=io.StringIO())
    assert Withdrawal.objects.get(photo=giver.ids[0]).cause == Withdrawal.Cause.EXPIRED


@pytest.mark.parametrize("days", [20, 365])
def test_changing_scopes_never_makes_a_yes_last_longer(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """However soon it ends, and however long the newest text would let it last."""
    with monkeypatch.context() as soon:
        soon.setattr("consent.actions.recording.months_after", lambda now, _months: now + timedelta(days=days))
        giver = at_home(months=12)
    ends = ConsentRecord.objects.latest("id").expires_at
    newer = later("2900-2", months=60)
    for answer in ("no", "yes"):
        form = {"sharing": answer, "notice": str(newer.pk)}
        giver.client.post(f"/your-photos/scopes/?photo={giver.ids[0]}", form)
        changed = ConsentRecord.objects.latest("id")
        assert ("sharing" in changed.scopes) is (answer == "yes")
        assert (changed.state, changed.expires_at, changed.notice) == ("given", ends, newer)
