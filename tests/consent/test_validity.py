"""Consent that ends: by time, or because a notice widened the use; and consent that is given again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from consent import actions, queries
from consent.models import ConsentNotice, ConsentRecord
from consent.sources import sources
from consent.versions import months_after
from tests.consent.clock import Clock, clock

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("K7")]
BY = f"participant:{uuid4()}"
YEAR = 366


@pytest.fixture(name="time")
def _time() -> Iterator[Clock]:
    with clock() as one:
        yield one


def notice(version: str, *, months: int | None = 12, terms: int = 1) -> ConsentNotice:
    source = next(source for source in sources() if source.language == "en")
    found = actions.publish(source=replace(source, version=version, valid_months=months, terms=terms), by="system")
    assert found is not None
    return found


def asked() -> UUID:
    subject = uuid4()
    actions.ask(subjects=[subject], decision=uuid4(), by=BY)
    return subject


def give(subject: UUID, text: ConsentNotice, *scopes: str, again: bool = False) -> ConsentRecord:
    choices = {subject: {"research", *scopes}}
    actions.give(choices=choices, notice=text, decision=uuid4(), by=BY, method="link", again=again)
    return newest(subject)


def given(text: ConsentNotice) -> UUID:
    subject = asked()
    give(subject, text)
    return subject


def newest(subject: UUID) -> ConsentRecord:
    return queries.current([subject])[subject]


def in_force() -> set[UUID]:
    return set(queries.in_force().values_list("subject", flat=True))


class TestTime:
    """The notice says for how many months; then use stops at once, before any sweep."""

    def test_it_ends_with_the_months_of_the_notice(self, time: Clock) -> None:
        subject, for_ever = given(notice("2026-1")), given(notice("2026-2", months=None))
        assert newest(subject).expires_at == months_after(newest(subject).at, 12)
        assert newest(for_ever).expires_at is None
        time.forward(YEAR)
        assert in_force() == {for_ever}
        assert set(queries.refused_or_ended().values_list("subject", flat=True)) == {subject}
        assert queries.past_expiry(time.now(), 10) == [subject]

    def test_what_is_over_is_recorded_once_and_what_is_not_stays(self, time: Clock) -> None:
        text = notice("2026-1")
        over = given(text)
        time.forward(YEAR)
        fresh = given(text)
        assert actions.expire(subjects=[over, fresh], decision=uuid4()) == [over]
        assert (newest(over).state, newest(over).by, newest(fresh).state) == ("expired", "system", "given")
        assert actions.expire(subjects=[over, fresh], decision=uuid4()) == []
        assert queries.past_expiry(time.now(), 10) == []
        assert set(queries.refused_or_ended().values_list("subject", flat=True)) == {over}

    def test_past_its_time_the_longest_over_comes_first_and_no_more_than_asked_for(self, time: Clock) -> None:
        text, subjects = notice("2026-1"), []
        for _ in range(3):
            subjects.append(given(text))
            time.forward(1)
        time.forward(YEAR)
        assert queries.past_expiry(time.now(), 2) == subjects[:2]

    def test_those_that_end_soon_are_found_before(self, time: Clock) -> None:
        subject = given(notice("2026-1"))
        given(notice("2026-2", months=None))
        assert not queries.expiring(time.now() + timedelta(days=settings.REMIND_BEFORE_DAYS)).exists()
        time.forward(YEAR - settings.REMIND_BEFORE_DAYS)
        soon = queries.expiring(time.now() + timedelta(days=settings.REMIND_BEFORE_DAYS))
        assert [record.subject for record in soon] == [subject]
        time.forward(settings.REMIND_BEFORE_DAYS)
        assert not queries.expiring(time.now() + timedelta(days=settings.REMIND_BEFORE_DAYS)).exists()

    def test_changed_scopes_do_not_move_the_time(self, time: Clock) -> None:
        text = notice("2026-1")
        subject = given(text)
        ends = newest(subject).expires_at
        time.forward(100)
        record = give(subject, text, "sharing")
        assert (record.state, record.expires_at, record.scopes) == ("given", ends, ["research", "sharing"])

    @pytest.mark.parametrize("days", [0, 100, YEAR - settings.REMIND_BEFORE_DAYS, YEAR - 2])
    def test_nobody_agrees_for_longer_by_changing_scopes(self, time: Clock, days: int) -> None:
        subject = given(notice("2026-1"))
        ends, newer = newest(subject).expires_at, notice("2026-2", months=60)
        time.forward(days)
        for text in (newer, notice("2026-3", months=None)):
            record = give(subject, text)
            assert (record.state, record.expires_at, record.notice) == ("given", ends, text)

    def test_whoever_agrees_again_agrees_from_that_day_on(self, time: Clock) -> None:
        text = notice("2026-1")
        subject = given(text)
        time.forward(100)
        record = give(subject, text, again=True)
        assert (record.state, record.expires_at) == ("renewed", months_after(record.at, 12))
        time.forward(10)
        changed = give(subject, text, "sharing")
        assert (changed.state, changed.expires_at) == ("renewed", record.expires_at)

    def test_the_first_yes_is_given_however_it_is_asked_for(self) -> None:
        assert give(asked(), notice("2026-1"), again=True).state == "given"

    def test_what_expired_is_given_again_as_renewed(self, time: Clock) -> None:
        text = notice("2026-1")
        subject = given(text)
        time.forward(YEAR)
        actions.expire(subjects=[subject], decision=uuid4())
        with pytest.raises(actions.TransitionNotAllowed):
            give(subject, text)
        record = give(subject, text, again=True)
        assert (record.state, record.expires_at) == ("renewed", months_after(record.at, 12))
        assert in_force() == {subject}
        assert give(subject, text, "sharing").state == "renewed"

    def test_an_undone_withdrawal_brings_the_former_time_back(self, time: Clock) -> None:
        subject = given(notice("2026-1"))
        ends = newest(subject).expires_at
        for name in ("withdraw", "renew"):
            time.forward(1)
            getattr(actions, name)(subjects=[subject], decision=uuid4(), by=BY, method="page")
        assert (newest(subject).state, newest(subject).expires_at) == ("renewed", ends)

    def test_what_expired_can_be_withdrawn(self, time: Clock) -> None:
        subject = given(notice("2026-1"))
        time.forward(YEAR)
        actions.expire(subjects=[subject], decision=uuid4())
        actions.withdraw(subjects=[subject], decision=uuid4(), by=BY, method="code")
        assert newest(subject).state == "withdrawn"


class TestTerms:
    """A notice that widens the use needs a new answer; one that does not is shown, and asks nobody."""

    def test_a_wider_notice_puts_consent_out_of_force_until_it_is_given_again(self) -> None:
        subject = given(notice("2026-1"))
        wider = notice("2026-2", terms=2)
        assert in_force() == set()
        assert [record.subject for record in queries.outdated()] == [subject]
        assert not queries.refused_or_ended().exists()
        assert give(subject, wider, again=True).state == "renewed"
        assert in_force() == {subject}
        assert not queries.outdated().exists()

    def test_a_notice_that_does_not_widen_asks_nobody(self) -> None:
        subject = given(notice("2026-1"))
        notice("2026-2")
        assert in_force() == {subject}
        assert not queries.outdated().exists()

    def test_scopes_changed_under_the_old_terms_stay_out_of_force(self) -> None:
        former = notice("2026-1")
        subject = given(former)
        notice("2026-2", terms=2)
        assert give(subject, former, "sharing").state == "given"
        assert in_force() == set()

    def test_scopes_changed_do_not_agree_to_a_text_that_asks_for_more(self) -> None:
        former = notice("2026-1")
        subject = given(former)
        record = give(subject, notice("2026-2", terms=2), "sharing")
        assert (record.state, record.notice) == ("given", former)
        assert in_force() == set()

    def test_whoever_agrees_again_to_a_later_notice_agrees_for_its_time(self, time: Clock) -> None:
        subject = given(notice("2026-1", months=None))
        record = give(subject, notice("2026-2", months=24), again=True)
        assert (record.state, record.expires_at) == ("renewed", months_after(record.at, 24))
        longer = give(subject, notice("2026-3", months=None), again=True)
        assert (longer.state, longer.expires_at) == ("renewed", None)

    def test_what_nobody_agreed_to_again_can_be_ended(self) -> None:
        subject = given(notice("2026-1"))
        notice("2026-2", terms=2)
        assert actions.expire(subjects=[subject], decision=uuid4()) == [subject]
        assert newest(subject).state == "expired"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [((2026, 1, 31), 1, (2026, 2, 28)), ((2026, 11, 22), 120, (2036, 11, 22)), ((2024, 2, 29), 12, (2025, 2, 28)),
     ((2026, 12, 1), 1, (2027, 1, 1)), ((2026, 1, 1), 11, (2026, 12, 1))],
)  # fmt: skip
def test_months_are_counted_by_the_calendar(
    day: tuple[int, int, int], months: int, expected: tuple[int, int, int]
) -> None:
    assert months_after(datetime(*day, 13, 5, tzinfo=UTC), months) == datetime(*expected, 13, 5, tzinfo=UTC)
