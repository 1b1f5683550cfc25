"""Limits count what they must, forget it in time, and can say of nothing whose it was."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from identity import actions
from identity.actions import TooMany, count_attempt
from identity.actions.limits import count_link, forget_attempts, network_of
from identity.models import Attempt, DailyKey, Identity
from tests.identity.test_consent_links import released


def count(value: str = "198.51.100.7", *, limit: int = 2, hours: int = 1) -> None:
    count_attempt(purpose="code", value=value, limit=limit, hours=hours)


@pytest.mark.requirement("I7")
@pytest.mark.django_db(databases=["default", "identity"], transaction=True)
def test_parallel_attempts_do_not_slip_past_the_limit() -> None:
    def attempt(_: int) -> bool:
        try:
            count(limit=3)
        except TooMany:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(attempt, range(10))) == 3


@pytest.mark.django_db(databases=["default", "identity"])
class TestLimits:
    """One caller at a time."""

    def test_the_limit_is_per_value_and_per_purpose(self) -> None:
        count()
        count()
        count("198.51.100.8")
        count_attempt(purpose="other", value="198.51.100.7", limit=2, hours=1)
        with pytest.raises(TooMany):
            count()

    def test_one_household_is_one_client(self) -> None:
        assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
        assert network_of("198.51.100.7") == network_of("::ffff:198.51.100.7") == "198.51.100.7"
        assert network_of("not an address") == "not an address"

    @pytest.mark.requirement("I7")
    def test_the_breaker_ends_links_for_everybody(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("identity.actions.limits.LINKS_IN_ALL", 2)
        for number in range(2):
            count_link(blind_index=bytes([number]), client=f"198.51.100.{number}")
        with pytest.raises(TooMany) as refused:
            count_link(blind_index=b"third", client="198.51.100.3")
        assert refused.value.purpose == "link_any"

    @pytest.mark.requirement("I7")
    def test_receipts_are_not_counted(self) -> None:
        released()
        participant = Identity.objects.get().participant
        before = Attempt.objects.count()
        actions.send_receipt(participant=participant, decision=uuid.uuid4(), context={})
        assert Attempt.objects.count() == before

    def test_an_attempt_can_weigh_more_than_one(self) -> None:
        count_attempt(purpose="megabytes", value="198.51.100.7", limit=10, hours=1, weight=7)
        with pytest.raises(TooMany):
            count_attempt(purpose="megabytes", value="198.51.100.7", limit=10, hours=1, weight=4)
        count_attempt(purpose="megabytes", value="198.51.100.7", limit=10, hours=1, weight=3)

    def test_after_the_window_it_may_be_tried_again(self) -> None:
        count()
        count()
        Attempt.objects.update(at=timezone.now() - timedelta(hours=1))
        count()

    def test_the_window_reaches_over_midnight(self) -> None:
        count()
        count()
        yesterday = timezone.now().date() - timedelta(days=1)
        DailyKey.objects.update(day=yesterday)
        with pytest.raises(TooMany):
            count()

    def test_a_window_longer_than_the_keys_live_is_refused(self) -> None:
        with pytest.raises(ValueError, match="hours"):
            count(hours=7)

    def test_what_is_kept_does_not_hold_the_value(self) -> None:
        count("canary")
        assert b"canary" not in bytes(Attempt.objects.get().digest)

    def test_attempts_and_keys_are_forgotten(self) -> None:
        count()
        DailyKey.objects.update(day=timezone.now().date() - timedelta(days=2))
        Attempt.objects.update(at=timezone.now() - timedelta(hours=7))
        count()
        forget_attempts()
        assert DailyKey.objects.get().day == timezone.now().date()
        assert Attempt.objects.count() == 1
