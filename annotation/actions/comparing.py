"""Two readings of one photo compared, once, when the second is kept."""

from django.db import transaction
from django.db.models import prefetch_related_objects

from annotation.agreement import differences, figures, needs_adjudication
from annotation.models import Comparison, Reading
from annotation.opinions import pair_of


@transaction.atomic
def compare(*, first: Reading, second: Reading) -> Comparison:
    """Write down how a second opinion compares with the first reading of the same photo."""
    prefetch_related_objects([first, second], "persons", "covers")
    pair = pair_of(first, second, second.task.photo)
    return Comparison.objects.create(first=first, second=second, differences=differences(pair), figures=figures(pair))


def goes_to_adjudication(comparison: Comparison) -> bool:
    """Whether the rules leave what differs to an adjudicator."""
    return needs_adjudication(comparison.differences)
