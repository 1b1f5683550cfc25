"""The decision by which a question ends that nobody answered."""

from uuid import UUID


def ends_unanswered(asked: UUID) -> UUID:
    """The id of the decision that ends what was asked under the id `asked`: the same each time, and never that one.

    A subject of consent has one record for each decision, and the question itself was recorded under an id that stands
    for it. With a fixed neighbour of that id a second ending, in parallel or after a crash, writes nothing twice.
    """
    return UUID(int=asked.int ^ 1)
