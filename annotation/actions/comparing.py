"""Two readings of one photo compared, once, when the second is kept."""

from django.db import transaction
from django.db.models import prefetch_related_objects

from annotation.agreement.rules import differences, figures
from annotation.models import Comparison, Reading
from annotation.queries.opinions import pair_of


@transaction.atomic
def compare(*, first: Reading, second: Reading) -> Comparison:
    """Write down how a second opinion compares with the first reading of the same photo."""
    prefetch_related_objects([first, second], "persons", "covers")
    pair = pair_of(first, second, second.task.photo)
    return Comparison.objects.create(first=first, second=second, differences=differences(pair), figures=figures(pair))
