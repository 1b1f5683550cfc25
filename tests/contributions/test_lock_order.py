"""Sendings are locked before their photos: what happens at one moment waits for each other, and reads what is so."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connections

from consent.models import ConsentRecord
from contributions import actions, queries, tasks
from contributions.actions import revoking
from contributions.models import Photo, Withdrawal
from contributions.transitions import PhotoState, TransitionNotAllowed
from identity.models import Link
from tests.consent.notices import published
from tests.contributions.giver import Giver

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)
ROUNDS = 4
WAIT = 30


def together(*deeds: Callable[[], object]) -> None:
    """Do all at once, each over connections of its own; whatever one raises but a refusal is raised here."""
    start, failed = threading.Barrier(len(deeds)), []

    def do(deed: Callable[[], object]) -> None:
        try:
            start.wait(WAIT)
            with suppress(TransitionNotAllowed):
                deed()
        except Exception as error:  # noqa: BLE001
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert not failed


def answering(giver: Giver) -> Callable[[], object]:
    link = Link.objects.get(subject=giver.sending, action=Link.Action.CONSENT, claim__isnull=True).pk
    notice = published()
    return lambda: actions.answer(link=link, choices=("research",), notice=notice)


def ending(giver: Giver) -> tuple[object, ...]:
    return actions.revoke(photos=giver.ids[:1], by=f"staff:{uuid4()}", reason="safety")


@pytest.mark.requirement("K3")
def test_a_photo_ended_while_its_giver_answers_is_ended_for_good() -> None:
    for _ in range(ROUNDS):
        giver = Giver(address=f"{uuid4().hex}@example.org").drafts(2).sends()
        together(answering(giver), lambda giver=giver: ending(giver))  # type: ignore[misc]
        giver.works()
        assert list(queries.in_use().filter(pk__in=giver.ids).values_list("pk", flat=True)) == giver.ids[1:]


@pytest.mark.requirement("K3")
def test_an_answer_that_comes_first_is_seen_by_the_end_that_waited_for_it() -> None:
    giver = Giver().drafts().sends()
    answer, answered = answering(giver), threading.Event()
    real: Any = revoking._locked

    def waits(photos: Any) -> Any:
        answered.wait(WAIT)
        return real(photos)

    def first() -> None:
        answer()
        answered.set()

    with patch.object(revoking, "_locked", waits):
        together(first, lambda: ending(giver))
    # Agreed to, so it goes after the wait and not at once.
    assert Withdrawal.objects.get().cause == Withdrawal.Cause.REVOKED
    assert Photo.objects.get().state == PhotoState.READY
    assert ConsentRecord.objects.latest("id").state == "revoked"


def test_erasing_a_photo_and_answering_for_its_sending_do_not_wait_for_each_other_in_a_ring() -> None:
    for _ in range(ROUNDS):
        giver = Giver(address=f"{uuid4().hex}@example.org").drafts(2).sends()
        ending(giver)
        together(answering(giver), tasks.erase_due)
        tasks.erase_due()
        assert Photo.objects.get(pk=giver.ids[0]).state == PhotoState.ERASED
