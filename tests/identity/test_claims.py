"""A link serves once: whoever claims it first."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Semaphore

import pytest
from django.db import connections
from django.utils import timezone

from identity import actions
from identity.actions import LinkExpired, LinkStale, LinkUsed
from identity.models import Identity, Link, WaitingEvent
from identity.queries import claimed_not_closed, live_link
from tests.identity.test_consent_links import released

PARALLEL = 100
AT_ONCE = timedelta(0)


def link() -> Link:
    released()
    return Link.objects.get()


@pytest.mark.requirement("I5")
@pytest.mark.django_db(databases=["default", "identity"], transaction=True)
def test_one_of_a_hundred_parallel_claims_wins() -> None:
    # All begin at once; as many as the database server lets in reach it together.
    target, start, server = link().pk, Barrier(PARALLEL), Semaphore(60)

    def attempt(_: int) -> uuid.UUID | None:
        start.wait()
        try:
            with server:
                try:
                    return actions.claim(link=target)
                finally:
                    connections.close_all()
        except LinkUsed:
            return None

    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(attempt, range(PARALLEL)))
    won = [answer for answer in answers if answer]
    assert won == [Link.objects.get().claim]


@pytest.mark.django_db(databases=["default", "identity"])
class TestClaims:
    """One link, one person at a time."""

    def test_a_used_link_is_refused(self) -> None:
        target = link().pk
        actions.claim(link=target)
        with pytest.raises(LinkUsed):
            actions.claim(link=target)
        assert live_link(target, "consent") is None

    def test_a_link_that_is_too_old_is_refused(self) -> None:
        target = link().pk
        Link.objects.update(expires_at=timezone.now())
        with pytest.raises(LinkExpired):
            actions.claim(link=target)
        assert Link.objects.get().claim is None

    def test_a_link_that_a_newer_one_replaced_is_refused(self) -> None:
        with pytest.raises(LinkExpired):
            actions.claim(link=uuid.uuid4())

    def test_a_link_serves_its_one_action_only(self) -> None:
        target = link().pk
        assert live_link(target, "consent") is not None
        assert live_link(target, "manage") is None

    def test_a_claim_given_back_can_be_claimed_again(self) -> None:
        target = link().pk
        first = actions.claim(link=target)
        actions.unclaim(link=target)
        assert actions.claim(link=target) != first

    def test_a_closed_link_stays_closed(self) -> None:
        target = link().pk
        actions.claim(link=target)
        actions.close(link=target)
        actions.unclaim(link=target)
        with pytest.raises(LinkUsed):
            actions.claim(link=target)

    def test_closing_verifies_the_address_once(self) -> None:
        target = link().pk
        actions.claim(link=target)
        for _ in range(2):
            actions.close(link=target)
        assert Identity.objects.get().verified_at is not None
        assert WaitingEvent.objects.filter(action="address:verified").count() == 1

    def test_a_second_link_verifies_nothing_again(self) -> None:
        for _ in range(2):
            released()
        for target in Link.objects.values_list("pk", flat=True):
            actions.claim(link=target)
            actions.close(link=target)
        assert WaitingEvent.objects.filter(action="address:verified").count() == 1

    def test_what_nobody_claimed_cannot_be_closed(self) -> None:
        with pytest.raises(LinkStale):
            actions.close(link=link().pk)
        assert Identity.objects.get().verified_at is None

    @pytest.mark.requirement("I9")
    def test_a_claim_that_was_left_is_found_until_it_is_closed(self) -> None:
        target = link().pk
        actions.claim(link=target)
        assert [left.pk for left in claimed_not_closed(AT_ONCE)] == [target]
        actions.close(link=target)
        assert not claimed_not_closed(AT_ONCE).exists()
