"""This room's events reach the log, each once, wherever the way there is cut."""

import pytest
from django.db import transaction

from audit.models import Event
from identity import actions
from identity.actions import events
from identity.models import Identity, Link, WaitingEvent
from identity.tasks import record_events
from tests.identity.test_consent_links import released

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)

CUT = {"before it is recorded": "record", "after it is recorded": "delete"}


class Killed(BaseException):
    """The process ends here."""


def logged() -> list[str]:
    return list(Event.objects.order_by("index").values_list("action", flat=True))


def test_what_happened_is_in_the_log_in_its_order() -> None:
    released()
    target = Link.objects.get().pk
    actions.claim(link=target)
    actions.close(link=target)
    record_events()
    assert logged() == ["link:requested", "link:used", "address:verified"]
    assert not WaitingEvent.objects.exists()


@pytest.mark.requirement("L8")
def test_an_entry_names_the_participant_by_a_random_id_only() -> None:
    released()
    actions.record_waiting()
    entry = Event.objects.get()
    assert entry.subject == str(Identity.objects.get().participant)
    assert set(entry.data) == {"purpose", "happened", "waiting"}


@pytest.mark.requirement("I9")
@pytest.mark.parametrize("at", CUT)
def test_killed_between_the_two_databases_an_event_is_recorded_once(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    released()

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(events if at.startswith("before") else WaitingEvent, CUT[at], die)
        actions.record_waiting()
    assert WaitingEvent.objects.count() == 1
    actions.record_waiting()
    actions.record_waiting()
    assert logged() == ["link:requested"]
    assert not WaitingEvent.objects.exists()


def test_nothing_waits_for_a_change_that_was_rolled_back() -> None:
    with pytest.raises(RuntimeError), transaction.atomic("identity"):
        released()
        raise RuntimeError
    assert not WaitingEvent.objects.exists()
