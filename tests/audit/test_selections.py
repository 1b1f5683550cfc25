"""Pages of the log: whatever is asked for, the same entries as a look at every one would find, in order, none twice."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import actions
from audit.models import Event, Mention
from audit.queries import Selection, mentioning
from tests.audit.events import PLAIN, SEEN

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 40
PHOTOS = [UUID(int=number, version=4) for number in range(4)]
FIRST = date(2026, 1, 1)
IDS = st.sampled_from([*map(str, PHOTOS), "all", "none"])
DAYS = st.none() | st.integers(-1, 6).map(lambda day: FIRST + timedelta(days=day))
selections = st.builds(
    Selection,
    first_day=DAYS,
    last_day=DAYS,
    action=st.sampled_from(["", SEEN.name, PLAIN.name, "never:seen"]),
    mentioned=st.just("") | IDS | st.lists(IDS, max_size=3),
)


@dataclass(frozen=True)
class Seen:
    """What a look at one entry finds."""

    day: date
    action: str
    about: frozenset[str]

    def fits(self, selection: Selection) -> bool:
        """Whether the selection asks for this entry."""
        ids = [selection.mentioned] if isinstance(selection.mentioned, str) else selection.mentioned
        return (
            (selection.first_day or self.day) <= self.day <= (selection.last_day or self.day)
            and selection.action in {"", self.action}
            and (selection.mentioned == "" or not self.about.isdisjoint(ids))
        )


@pytest.fixture
def a_log(as_superuser: psycopg.Connection) -> list[Seen]:
    """Eight entries a day for five days, of two kinds, about four photos."""
    with transaction.atomic():
        for index in range(COUNT):
            if index % 3:
                actions.record(SEEN, subject="all", by="system", photo=PHOTOS[index % 4], times=index)
            else:
                actions.record(PLAIN, subject=PHOTOS[index % 2], by="system")
    as_superuser.execute("SET session_replication_role = replica")
    as_superuser.execute("UPDATE audit.event SET at = '2026-01-01Z'::timestamptz + index * interval '3 hours'")
    about = [
        frozenset(Mention.objects.filter(index=index).values_list("mentioned", flat=True)) for index in range(COUNT)
    ]
    return [Seen(event.at.date(), event.action, about[event.index]) for event in Event.objects.all()]


@pytest.mark.requirement("L9")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(selection=selections, size=st.integers(1, 7))
def test_pages_hold_what_a_look_at_every_entry_finds(a_log: list[Seen], selection: Selection, size: int) -> None:
    expected = [index for index, entry in enumerate(a_log) if entry.fits(selection)]
    assert newest_first(selection, size) == expected[::-1]
    assert oldest_first(selection, size) == expected
    assert [row.index for row in selection.rows(until=COUNT - 5, using="default")] == [
        index for index in expected if index < COUNT - 5
    ]


def test_few_entries_are_found_by_an_id(a_log: list[Seen]) -> None:
    photo = str(PHOTOS[1])
    found = [event.index for event in mentioning(photo)]
    assert found == [index for index, entry in enumerate(a_log) if photo in entry.about]
    kind = [event.action for event in mentioning(photo, action=PLAIN.name)]
    assert set(kind) == {PLAIN.name}
    assert 0 < len(kind) < len(found)


def newest_first(selection: Selection, size: int) -> list[int]:
    """The indexes on all pages, followed from the newest."""
    page = selection.page(size=size, using="default")
    seen = [event.index for event in page.events]
    while page.goes_on is not None:
        page = selection.page(before=page.goes_on, size=size, using="default")
        seen += [event.index for event in page.events]
    return seen


def oldest_first(selection: Selection, size: int) -> list[int]:
    """The indexes on all pages, followed from the oldest."""
    page = selection.page(oldest_first=True, size=size, using="default")
    seen = [event.index for event in page.events]
    while page.goes_on is not None:
        page = selection.page(after=page.goes_on, size=size, using="default")
        seen += [event.index for event in page.events]
    return seen
