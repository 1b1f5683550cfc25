"""The gate asked about one photo answers as the gate does, though its query is written and planned only once.

Over all states of a photo: tests/screening/test_gate_matrix.py.
"""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from consent.queries import Anew, NotAnew, Prepared
from contributions.models import Photo
from screening.models import KnownList
from screening.queries import is_servable, servable_among
from tests.builders import given

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "identity"]),
    pytest.mark.requirement("S1"),
]


@pytest.fixture
def photo() -> UUID:
    """In use and clear."""
    return given().agree().photos[0].pk


def plans() -> tuple[int, int]:
    """Of this connection's statement: how often its one plan was used, and how often it was planned for the values."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = 'mpm_is_servable'")
        ((one_plan, planned),) = cursor.fetchall()
    return one_plan, planned


def test_it_is_planned_once_a_connection(photo: UUID) -> None:
    connection.close()
    assert all(is_servable(photo) for _time in range(20))
    assert plans()[0] >= 15
    connection.close()
    assert is_servable(photo)
    assert sum(plans()) == 1
    assert not is_servable(uuid4())


def test_a_transaction_that_came_to_nothing_leaves_the_question_standing(photo: UUID) -> None:
    connection.close()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert is_servable(photo)
        raise ZeroDivisionError
    assert is_servable(photo)


def test_settings_count_as_they_are_at_the_question(photo: UUID, settings: Settings) -> None:
    waited = timezone.now() - timedelta(hours=settings.REVERSE_MATCH_HOURS - 1)
    KnownList.objects.create(name="national", version=1, waiting_since=waited)
    assert is_servable(photo)
    assert servable_among([photo, uuid4()]) == {photo}
    settings.REVERSE_MATCH_HOURS -= 2
    assert not is_servable(photo)
    assert not servable_among([photo])


def test_a_value_that_would_grow_old_is_refused(photo: UUID) -> None:
    def now() -> object:
        return timezone.now()

    with pytest.raises(NotAnew):
        Prepared("mpm_test_old", lambda: Photo.objects.filter(ready_at__lte=timezone.now())).rows()
    (found,) = Prepared("mpm_test_new", lambda: Photo.objects.filter(ready_at__lte=Anew(now))).rows()
    assert found == Photo.objects.get(pk=photo)
