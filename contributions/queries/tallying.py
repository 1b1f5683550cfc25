"""Counting which people and photos are in use, and by how many givers: two statements over everything, for a worker."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, IntegerField, Q
from django.db.models.functions import Cast, Floor

from consent.models import ConsentRecord
from contributions.models import ConsentSubject, Person, Photo
from contributions.queries.coverage import AGES, FEWEST, column
from contributions.queries.use import in_use


class _Group:
    """People or photos of one kind, and the participants who gave them."""

    def __init__(self) -> None:
        self.size = 0
        self.givers: set[UUID] = set()

    def add(self, giver: UUID, size: int) -> None:
        self.givers.add(giver)
        self.size += size

    @property
    def shown(self) -> int:
        return self.size - self.size % FEWEST if len(self.givers) >= FEWEST else 0


def tallied() -> dict[str, dict[str, int]]:
    """Count everything that is in use, in two statements: what CoverageCount keeps, groups under five left out."""
    ages: dict[Any, _Group] = defaultdict(_Group)
    cells: dict[Any, _Group] = defaultdict(_Group)
    decades: dict[Any, _Group] = defaultdict(_Group)
    for age, taken, giver, size in _people():
        ages[age].add(giver, size)
        if taken is not None:
            cells[f"{age} {column(taken)}"].add(giver, size)
    for taken, giver, size in _photos():
        decades[column(taken)].add(giver, size)
    return {"ages": _shown(ages), "cells": _shown(cells), "decades": _shown(decades)}


def acted_since(moment: datetime) -> int:
    """How many participants answered, or changed an answer, after this moment."""
    subjects = ConsentRecord.objects.filter(at__gt=moment).values("subject")
    return ConsentSubject.objects.filter(pk__in=subjects).values("participant").distinct().count()


def _people() -> Iterable[tuple[int, int | None, UUID, int]]:
    """Age in whole years, decade, participant who gave the photo, and how many people that makes."""
    people = Person.objects.filter(Q(age_years__gte=0, age_years__lt=AGES.stop), photo__in=in_use()).order_by()
    rows = people.annotate(
        age=Cast(Floor("age_years"), IntegerField()),
        taken=F("photo__taken_decade"),
        giver=F("photo__contribution__participant"),
    )
    return rows.values_list("age", "taken", "giver").annotate(size=Count("pk"))


def _photos() -> Iterable[tuple[int, UUID, int]]:
    rows = Photo.objects.filter(taken_decade__isnull=False, pk__in=in_use()).order_by()
    return rows.values_list("taken_decade", "contribution__participant").annotate(size=Count("pk"))


def _shown(groups: Mapping[Any, _Group]) -> dict[str, int]:
    return {str(name): group.shown for name, group in groups.items() if group.shown}
