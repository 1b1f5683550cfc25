"""A queue ten times as long costs a hand-out no more."""

import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from annotation.actions import take_next
from tests import pictures
from tests.annotation.many import copied
from tests.builders import given
from tests.cast import Casting


@pytest.mark.django_db(transaction=True, databases=["default", "identity"])
@pytest.mark.requirement("A1", "A12")
def test_the_database_reads_as_little_of_a_long_queue_as_of_a_short_one(staff: Casting) -> None:
    copied(given(pictures.png(200, 150)).agree().photos[0], 300)
    short = _pages_read(staff)
    copied(given(pictures.png(201, 150)).agree().photos[0], 3_000)
    assert _pages_read(staff) <= short + 10


def _pages_read(staff: Casting) -> int:
    """How many pages of the database one hand-out touches, as PostgreSQL counts them."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE annotation_task")
    with CaptureQueriesContext(connection) as asked:
        assert take_next(staff_id=staff("annotator", second_factor=False, signed_in=False).user.pk)
    (taking,) = [query["sql"] for query in asked if "SKIP LOCKED" in query["sql"]]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {taking}")
        ((told,),) = cursor.fetchall()
        transaction.set_rollback(True)
    (plan,) = json.loads(told) if isinstance(told, str) else told
    return int(plan["Plan"]["Shared Hit Blocks"]) + int(plan["Plan"]["Shared Read Blocks"])
