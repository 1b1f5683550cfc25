"""How figures went in the last day: the highest in each quarter of an hour, from the looks of every minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import BigIntegerField, FloatField, Max, Min
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Extract, Floor
from django.utils import timezone

from operations.models import Look

HOURS: Final = 24
QUARTER: Final = 15 * 60


@dataclass(frozen=True, slots=True)
class History:
    """`at`: the begin of each quarter of an hour in POSIX seconds, rising; `figures`: of each name as many values."""

    at: list[int]
    figures: dict[str, list[float | None]]


def history(names: Sequence[str], *, lowest: Sequence[str] = ()) -> History:
    """These figures over the last HOURS hours; of `lowest` the lowest instead of the highest counts."""
    begin = timezone.now() - timedelta(hours=HOURS)
    quarter = Floor(Extract("at", "epoch", output_field=FloatField()) / QUARTER, output_field=BigIntegerField())
    chosen = {
        name: (Min if name in lowest else Max)(Cast(KeyTextTransform(name, "figures"), FloatField())) for name in names
    }
    looks = Look.objects.filter(at__gt=begin).annotate(quarter=quarter).values("quarter").order_by("quarter")
    rows = list(looks.annotate(**chosen).values_list("quarter", *names))
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(len(names) + 1)]
    return History([int(at) * QUARTER for at in columns[0]], dict(zip(names, columns[1:], strict=True)))
