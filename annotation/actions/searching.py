"""Asking the collection, and looking at one photo that an answer named: the looks stand against the questions."""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from annotation.models import Search
from annotation.queries import searching
from annotation.queries.looks import REASON
from annotation.searching.criteria import Criteria
from audit.actions import record
from audit.models import EventKind
from screening.actions import view

ASKED = EventKind(
    "search:asked",
    "{actor} asked the collection for photos ({criteria}) and found {found}.",
    fields=("criteria", "found"),
)
SMALL = "thumbnail"


class NotAmongFound(Exception):
    """The question is not this person's own, or the photo is not among what it finds by now."""


@transaction.atomic
def ask(*, criteria: Criteria, staff_id: UUID) -> Search:
    """Ask which photos are like this; the question with how many there are. No picture is opened for it."""
    found = searching.count(criteria)
    asked = Search.objects.create(by_id=staff_id, criteria=criteria.codes(), found=found)
    record(ASKED, subject=asked.pk, by=f"staff:{staff_id}", criteria=criteria.words(), found=found)
    return asked


def ask_again(*, search_id: UUID, staff_id: UUID) -> Search:
    """Ask what somebody asked before, as a question of one's own; raises Search.DoesNotExist."""
    before = Search.objects.get(pk=search_id)
    return ask(criteria=Criteria.of(before.criteria), staff_id=staff_id)


def look(*, search_id: UUID, photo_id: UUID, staff_id: UUID) -> Iterator[bytes]:
    """JPEG bytes (small) of one photo that one's own question finds, after the look was committed to the log.

    Raises NotAmongFound, and screening.actions.NotServable when the gate says no; then nothing is logged or opened.
    """
    asked = Search.objects.filter(pk=search_id, by_id=staff_id).first()
    if asked is None or not searching.is_found(photo_id, Criteria.of(asked.criteria)):
        raise NotAmongFound
    return view(photo_id=photo_id, rendition=SMALL, staff_id=staff_id, reason=REASON, task_id=search_id)
