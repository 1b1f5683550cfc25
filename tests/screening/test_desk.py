"""The safety officer's desk: words first, one picture at a time and only when asked, nothing of what is locked."""

import re
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Event
from contributions.models import Photo
from screening import actions
from screening.actions import revealing
from screening.codes import CodeKind, code
from screening.models import KnownList, RulingProposal, RulingReason, View
from screening.queries import desk, own_looks
from screening.queries.figures import holds_by_reason, time_to_ruling
from screening.queries.reasons import label_of, sentence
from screening.transitions import VerdictState
from tests.cast import Casting, Member
from tests.screening.found import ruled
from tests.screening.stopped import WEAK, held_by_two, held_photo, locked_photo, stopped

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
DESK = "/staff/screening/"
PICTURE = re.compile(r'<img[^>]* src="([^"]+)"')


@pytest.fixture
def officer(staff: Casting) -> Member:
    return staff("officer")


def page_of(photo: Photo) -> str:
    return f"{DESK}{photo.pk}/"


def revealed(client: Client, photo: Photo) -> str:
    """The address of the picture that a press on Reveal gives."""
    html = client.post(f"{page_of(photo)}look/", follow=True).content.decode()
    address: str = PICTURE.findall(html)[0]
    return address


def seen(staff: Member, *minutes_ago: float) -> None:
    """Looks that this officer took so long ago; a view's row is never changed, so the clock is."""
    photo = Photo.objects.latest("ready_at")
    for ago in minutes_ago:
        at = timezone.now() - timedelta(minutes=ago)
        View.objects.create(photo=photo, staff=staff.user, rendition="rendition", reason=own_looks.REVEAL, at=at)


def read(staff: Member, path: str) -> str:
    return staff.client.get(path).content.decode()


class TestQueue:
    """Facts, the longest held first."""

    @pytest.mark.requirement("S9")
    def test_it_says_why_in_plain_words_and_shows_no_picture(self, officer: Member) -> None:
        held_photo()
        html = read(officer, DESK)
        assert "found it 0.43 likely unsafe (threshold 0.2)" in html
        assert "1: “7”, this is me" in html
        assert "<img" not in html

    def test_it_is_filtered_by_reason(self, officer: Member) -> None:
        scored, weak = held_photo(), stopped(**WEAK).photos[0]
        html = read(officer, f"{DESK}?why=classifier")
        assert [str(photo.pk)[:8] in html for photo in (scored, weak)] == [True, False]
        assert "could not be trusted" in read(officer, f"{DESK}?why=hash_quality_low")
        assert "Nothing is held" in read(officer, f"{DESK}?why=nothing")

    def test_its_pages_go_on_behind_the_last_photo_whatever_was_ruled_on_meanwhile(self, officer: Member) -> None:
        first, second, third = held_photo(), held_photo(), held_photo()
        officer.client.post(f"{page_of(first)}pass/")
        with patch.object(desk, "SHOWN", 1):
            page = officer.client.get(f"{DESK}?why=classifier")
            shown = [fact.id for fact in page.context["facts"]]
            ruled(second, VerdictState.CLEAR, "ordinary")
            for _following in range(2):
                page = officer.client.get(page.context["next_url"])
                shown += [fact.id for fact in page.context["facts"]]
            assert shown == [second.pk, third.pk, first.pk]
            assert "1 of 2 are on this page" in page.content.decode()
            assert (page.context["next_url"], page.context["first_url"]) == ("", f"{DESK}?why=classifier")
            last = page.request["QUERY_STRING"]
            ruled(first, VerdictState.CLEAR, "ordinary")
            assert [fact.id for fact in officer.client.get(f"{DESK}?{last}").context["facts"]] == [third.pk]

    @pytest.mark.parametrize("after", ["x", "0-1-x", f"0-{'9' * 30}-{'0' * 32}"], ids=["word", "no_id", "far"])
    def test_an_address_that_names_no_place_is_the_first_page(self, officer: Member, after: str) -> None:
        photo = held_photo()
        page = officer.client.get(DESK, {"after": after})
        assert [fact.id for fact in page.context["facts"]] == [photo.pk]

    def test_after_a_ruling_comes_the_next_of_the_same_kind(self, officer: Member) -> None:
        first, second = held_photo(), held_photo()
        ruled = officer.client.post(f"{page_of(first)}?why=classifier", {"state": "clear", "reason": "ordinary"})
        assert ruled.headers["Location"] == f"{page_of(second)}?why=classifier"
        passed = officer.client.post(f"{page_of(second)}pass/")
        assert passed.headers["Location"] == DESK

    @pytest.mark.parametrize(
        "answer",
        [{}, {"state": "clear"}, {"state": "clear", "reason": "unsafe"}, {"state": "held", "reason": "unclear"}],
    )
    def test_a_ruling_that_does_not_fit_changes_nothing(self, officer: Member, answer: dict[str, str]) -> None:
        photo = held_photo()
        assert officer.client.post(page_of(photo), answer).status_code == 422
        assert photo.verdicts.latest("id").state == VerdictState.HELD


class TestReveal:
    """One look for one press."""

    @pytest.mark.requirement("S9", "L11")
    def test_a_press_gives_the_picture_once_and_the_log_knows_before_the_first_byte(self, officer: Member) -> None:
        photo = held_photo()
        assert "<img" not in read(officer, page_of(photo))
        address = revealed(officer.client, photo)
        assert not View.objects.exists()
        answer = officer.client.get(address)
        assert View.objects.count() == Event.objects.filter(action="photo:viewed").count() == 1
        assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"  # type: ignore[attr-defined]
        assert (answer.headers["Cache-Control"], answer.headers["Content-Type"]) == ("no-store", "image/jpeg")
        assert officer.client.get(address).status_code == 404
        assert "<img" not in read(officer, page_of(photo))
        assert View.objects.get().reason == "reveal"

    def test_without_the_log_there_is_no_picture(self, officer: Member) -> None:
        address = revealed(officer.client, held_photo())
        down = patch.object(revealing, "record", side_effect=RuntimeError("the log is down"))
        with down, pytest.raises(RuntimeError):
            officer.client.get(address)
        assert not View.objects.exists()

    def test_it_belongs_to_the_session_and_the_photo_it_was_asked_for(self, officer: Member, staff: Casting) -> None:
        photo, other = held_photo(), held_photo()
        address = revealed(officer.client, photo)
        elsewhere = address.replace(str(photo.pk), str(other.pk))
        assert staff("officer").client.get(address).status_code == 404
        assert officer.client.get(elsewhere).status_code == 404
        assert officer.client.get(f"{page_of(photo)}look/{uuid4()}/").status_code == 404
        officer.change_session(look={**officer.client.session["look"], "until": 0})
        assert officer.client.get(address).status_code == 404
        assert not View.objects.exists()

    @pytest.mark.requirement("S9")
    def test_one_press_is_one_look_however_many_ask_at_once(self, officer: Member) -> None:
        photo, look = held_photo(), uuid4()
        actions.reveal(photo_id=photo.pk, staff_id=officer.user.pk, look=look)
        with pytest.raises(actions.NotRevealable):
            actions.reveal(photo_id=photo.pk, staff_id=officer.user.pk, look=look)
        with pytest.raises(actions.NotRevealable):
            actions.reveal(photo_id=locked_photo().pk, staff_id=officer.user.pk, look=uuid4())
        assert View.objects.count() == Event.objects.filter(action="photo:viewed").count() == 1

    @pytest.mark.requirement("S6", "S9")
    @pytest.mark.parametrize("state", [VerdictState.LOCKED, VerdictState.EXCLUDED, VerdictState.CLEAR])
    def test_only_what_is_held_is_revealed(self, officer: Member, state: VerdictState) -> None:
        photo = held_photo()
        address = revealed(officer.client, photo)
        reason = {"locked": "known", "excluded": "unsafe", "clear": "ordinary"}[state]
        actions.rule(photo_id=photo.pk, state=state, reason=reason, by=officer.actor)
        assert officer.client.get(address).status_code == 404
        assert officer.client.post(f"{page_of(photo)}look/").status_code == 404

    @pytest.mark.requirement("S9")
    def test_at_the_days_limit_pictures_stop_and_rulings_go_on(self, officer: Member, settings: Settings) -> None:
        photo = held_photo()
        settings.OFFICER_VIEWS_A_DAY = 1
        address = revealed(officer.client, photo)
        seen(officer, 0)
        assert officer.client.get(address).status_code == 404
        answer = officer.client.post(f"{page_of(photo)}look/", follow=True).content.decode()
        assert "No more pictures today" in answer
        assert "<img" not in answer
        answered = officer.client.post(page_of(photo), {"state": "excluded", "reason": "unclear"})
        assert answered.status_code == 302

    @pytest.mark.requirement("S9")
    @pytest.mark.parametrize(
        ("minutes_ago", "may_look"),
        [((), True), ((19, 12, 5), True), ((21, 14, 7), False), ((40, 33, 20), True), ((21, 14, 2), True)],
        ids=["none", "before it is due", "due", "rested", "rested in between"],
    )
    def test_a_break_is_due_after_so_many_minutes_of_looking(
        self, officer: Member, minutes_ago: tuple[float, ...], may_look: bool
    ) -> None:
        photo = held_photo()
        seen(officer, *minutes_ago)
        assert own_looks.looks_of(officer.user.pk).may_look is may_look
        assert ("A break is due" in read(officer, page_of(photo))) is not may_look

    def test_own_looks_are_counted_for_the_officer(self, officer: Member, staff: Casting) -> None:
        held_photo()
        seen(officer, 0, 0)
        html = read(officer, DESK)
        assert "You looked at 2 pictures today (at most 60)" in html
        assert "Example Support Line" in html
        assert "You looked at 0 pictures today" in read(staff("officer"), DESK)


class TestLocked:
    """Metadata and the written procedure, never a picture."""

    @pytest.mark.requirement("S6")
    def test_its_page_has_facts_and_the_procedure_and_no_way_to_the_picture(
        self, officer: Member, settings: Settings
    ) -> None:
        photo = locked_photo()
        html = read(officer, f"{DESK}locked/{photo.pk}/")
        assert "List national (baseline A) has a picture like it" in html
        assert "12 of 256 bits differ" in html
        assert "Tell counsel" in html
        assert "<img" not in html
        assert "look/" not in html
        assert officer.client.get(page_of(photo)).status_code == 404
        assert str(photo.pk)[:8] in read(officer, f"{DESK}locked/")
        settings.CAMPAIGN_PROCEDURE = ""
        assert "The procedure is missing" in read(officer, f"{DESK}locked/{photo.pk}/")

    def test_nobody_blames_a_list_for_a_lock_that_an_officer_gave(self, officer: Member) -> None:
        photo, known = held_photo(), locked_photo()
        actions.rule(photo_id=photo.pk, state=VerdictState.LOCKED, reason="known", by=officer.actor)
        page = f"{DESK}locked/{photo.pk}/"
        assert "An officer ruled: Known material" in read(officer, page)
        assert "list_took_it_back" not in read(officer, f"{page}propose/")
        assert (
            officer.client.post(f"{page}propose/", {"state": "held", "reason": "list_took_it_back"}).status_code == 422
        )
        assert "list_took_it_back" in read(officer, f"{DESK}locked/{known.pk}/propose/")

    @pytest.mark.requirement("S6")
    def test_who_was_told_stands_on_the_page_and_on_the_note(self, officer: Member) -> None:
        photo = locked_photo()
        page = f"{DESK}locked/{photo.pk}/"
        told = {"told": "police", "told_at": "2026-01-02T10:00", "reference": "PV 12/26"}
        assert officer.client.post(f"{page}told/", told | {"told_at": "2999-01-02T10:00"}).status_code == 422
        assert officer.client.post(f"{page}told/", told).status_code == 302
        actions.propose(photo_id=photo.pk, reference="ORDER 17", staff_id=officer.user.pk)
        note = read(officer, f"{page}note/")
        assert "PV 12/26" in read(officer, page)
        assert all(said in note for said in ("PV 12/26", "ORDER 17", str(photo.pk), str(photo.full_id)))
        assert "<img" not in note

    @pytest.mark.requirement("S6")
    def test_two_officers_end_a_lock_each_with_a_fresh_second_factor(self, staff: Casting) -> None:
        one, two, photo = staff("officer"), staff("officer"), locked_photo()
        propose = f"{DESK}locked/{photo.pk}/propose/"
        answer = {"state": "clear", "reason": "not_the_same"}
        stale, client = staff("officer"), Client()
        stale.client = client
        stale.sign_in()
        steps = client.session["account_authentication_methods"]
        stale.change_session(account_authentication_methods=[{**step, "at": step["at"] - 3600} for step in steps])
        assert client.post(propose, answer).headers["Location"].startswith("/staff/confirm/")
        page = one.client.post(propose, answer).headers["Location"]
        for step in ("agree/", "refuse/", "back/"):
            assert client.post(page + step).headers["Location"].startswith("/staff/confirm/")
        assert "Another officer decides" in one.client.post(f"{page}agree/", follow=True).content.decode()
        assert RulingProposal.objects.get().agreed is None
        assert "1 proposal waits" in read(two, DESK)
        assert "agreed" in two.client.post(f"{page}agree/", follow=True).content.decode()
        assert photo.verdicts.latest("id").state == VerdictState.CLEAR
        assert "is settled" in two.client.post(f"{page}refuse/", follow=True).content.decode()

    def test_what_a_list_has_to_do_with_becomes_a_proposal_on_the_queue_too(self, officer: Member) -> None:
        photo = held_by_two()
        assert "This takes two officers" in read(officer, page_of(photo))
        answer = officer.client.post(page_of(photo), {"state": "clear", "reason": "not_the_same"})
        assert "/proposals/" in answer.headers["Location"]
        answer = officer.client.post(page_of(photo), {"state": "locked", "reason": "known"})
        assert answer.headers["Location"] == f"{DESK}locked/{photo.pk}/"


class TestFigures:
    """Numbers, and how the lists stand."""

    def test_holds_are_counted_by_reason_and_rulings_by_week(self, officer: Member) -> None:
        photo = held_photo()
        stopped(**WEAK)
        assert sorted(holds_by_reason()["rows"]) == [["Classifier", 1], ["Weak hash", 1]]
        assert time_to_ruling()["rows"] == []
        actions.rule(photo_id=photo.pk, state=VerdictState.CLEAR, reason="ordinary", by=officer.actor)
        ((week, rulings, middle, longest),) = time_to_ruling()["rows"]
        assert (rulings, middle, longest) == (1, "0.0", "0.0")
        assert str(week) in read(officer, f"{DESK}figures/")

    def test_each_list_says_how_it_stands_and_no_hash(self, officer: Member, settings: Settings) -> None:
        settings.KNOWN_LISTS_REQUIRED = ["national", "other"]
        long_ago = timezone.now() - timedelta(days=40)
        KnownList.objects.create(
            name="national", material="baseline A", version=3, imported_at=long_ago, checked_at=long_ago
        )
        KnownList.objects.create(name="late", version=1, waiting_since=long_ago)
        html = read(officer, f"{DESK}lists/")
        assert all(
            said in html for said in ("baseline A", "too old", "required, and not there", "new hashes wait too long")
        )


def test_every_code_that_screening_gives_has_its_sentence() -> None:
    words = [*(code(kind, "x") for kind in CodeKind), *(kind.value for kind in CodeKind), *RulingReason.values]
    assert [word for word in words if sentence(word, {}) == word] == []
    assert [kind for kind in CodeKind if label_of(kind) == kind] == []
