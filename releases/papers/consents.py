"""What the people in a release agreed to, as it stood when it was frozen: computed from their consent records."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from consent.models import ConsentNotice, ConsentRecord, Scope
from consent.queries import IN_FORCE, order_of
from contributions.models import ConsentSubject
from releases.models import Release

AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Consents:
    """The consents inside: one for each person who answered for one photo.

    `scopes` is what every one of them agreed to; `notices` the texts that were agreed to, each with how many consents
    stand under it, in the order of version and language; `first_end` the day on which the first of them ends by itself,
    None where none does.
    """

    count: int
    scopes: frozenset[str]
    notices: tuple[tuple[ConsentNotice, int], ...]
    first_end: date | None

    @property
    def approvals(self) -> list[str]:
        """The numbers under which ethics committees approved the texts."""
        return sorted({notice.approval for notice, _count in self.notices})


def consents_in(release: Release) -> Consents:
    """The consents to the photos that stand in a frozen release; later answers change nothing of it."""
    photos = release.items.standing().values("public_id__photo")
    subjects = ConsentSubject.objects.filter(photo__in=photos).values("pk")
    records = (
        ConsentRecord.objects.filter(subject__in=subjects, at__lte=release.frozen_at or timezone.now())
        .order_by("subject", "-id")
        .distinct("subject")
        .values_list("state", "notice_id", "scopes", "expires_at")
    )
    under: Counter[UUID] = Counter()
    scopes, first_end = frozenset(Scope.values), None
    for state, notice, agreed, ends in records.iterator(chunk_size=AT_ONCE):
        if state not in IN_FORCE:
            continue
        under[notice] += 1
        scopes &= frozenset(agreed)
        first_end = min(filter(None, (first_end, ends)), default=None)
    known = ConsentNotice.objects.filter(pk__in=list(under))
    in_order = sorted(known, key=lambda notice: (order_of(notice.version), notice.language))
    notices = tuple((notice, under[notice.pk]) for notice in in_order)
    # The very moment would say when somebody agreed.
    ends_on = first_end.date() if first_end else None
    return Consents(under.total(), scopes if under else frozenset(), notices, ends_on)
