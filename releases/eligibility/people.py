"""The reason that lies in the people of a picture, as the database computes it."""

from typing import Final

from django.db.models import CharField, Func

# OFFSET 0 keeps the server from putting the array's query in for each time that it is named.
_TEMPLATE: Final = """(
    SELECT CASE
        WHEN cardinality(grounds) = 0 AND people = 0 THEN CASE WHEN with_nobody THEN NULL ELSE 'nobody' END
        WHEN '' = ANY (grounds) OR people > cardinality(grounds) THEN 'unasked'
        WHEN NOT 'self' = ANY (grounds) AND NOT grounds <@ ARRAY['confirmed'] THEN 'without_self'
        WHEN NOT grounds <@ bases THEN 'basis'
    END
    FROM (
        SELECT given.grounds::text[], given.people, given.bases::text[], given.with_nobody
        FROM (SELECT %(expressions)s OFFSET 0) given (grounds, people, bases, with_nobody)
    ) shown
)"""


class ReasonInPeople(Func):
    """Why the people in a picture keep it out, or NULL.

    Of the grounds of each person read (an array), the number of all people in it, the accepted bases (an array) and
    whether a picture of nobody is accepted. Whoever was counted and not read is one whom the contributor did not mark.
    """

    template = _TEMPLATE
    arity = 4
    output_field = CharField()
