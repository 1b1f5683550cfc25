"""The reason that lies in the people of a picture, as the database computes it."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Func

_REASON: Final = """CASE
        WHEN cardinality(grounds) = 0 AND people = 0 AND NOT with_nobody THEN 'nobody'
        WHEN cardinality(grounds) = 0 AND people = 0 THEN otherwise
        WHEN '' = ANY (grounds) OR people > cardinality(grounds) THEN 'unasked'
        WHEN NOT 'self' = ANY (grounds) AND NOT grounds <@ ARRAY['confirmed'] THEN 'without_self'
        WHEN NOT grounds <@ bases THEN 'basis'
        ELSE otherwise
    END"""
# OFFSET 0 keeps the server from putting the array's query in for each time that it is named.
_GIVEN: Final = """FROM (
        SELECT given.grounds::text[], given.people, given.bases::text[], given.with_nobody, given.otherwise
        FROM (SELECT %(expressions)s OFFSET 0) given (grounds, people, bases, with_nobody, otherwise)
    ) shown"""


class ReasonInPeople(Func):
    """Why the people in a picture keep it out, or `otherwise`.

    Of the grounds of each person read (an array), the number of all people in it, the accepted bases (an array),
    whether a picture of nobody is accepted, and what else is to be answered. Whoever was counted and not read is one
    whom the contributor did not mark.
    """

    template = f"(SELECT {_REASON} {_GIVEN})"
    arity = 5
    output_field = CharField()


class VerdictInPeople(Func):
    """As `ReasonInPeople`, followed in one array by everybody's grounds: the people are looked up once for both."""

    template = f"(SELECT ARRAY[{_REASON}] || grounds {_GIVEN})"
    arity = 5
    output_field = ArrayField(CharField())
