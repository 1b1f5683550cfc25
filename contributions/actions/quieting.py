"""Nothing more is heard of what is promised to be gone: that the law keeps a copy back shows in no mail (K10)."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from contributions.models import Contribution, Invitation, Photo
from contributions.queries.inviting import of_the_same_mail, waiting
from contributions.queries.use import open_withdrawals
from contributions.transitions import PhotoState, SendingState
from identity import actions as identity
from identity.models import Keep

ENDED = (SendingState.ANSWERED, SendingState.LAPSED, SendingState.STOPPED)
AT_ONCE = 500


def hush_what_is_over() -> int:
    """Quieten the addresses of sendings and invitations whose every photo's time has come; how many, at most AT_ONCE.

    At the same moment the address of what is erased is let go, so that nobody tells one from the other by asking for a
    link. May be done again: what is quiet already costs a look, and keeps nothing else waiting.
    """
    loud = list(islice(_loud(_sendings(), _invitations()), AT_ONCE))
    for subject in loud:
        identity.hush(subject=subject)
    return len(loud)


def _loud(*queries: QuerySet[Any, UUID]) -> Iterator[UUID]:
    """Those that still speak to somebody, found a batch at a time."""
    ids = chain.from_iterable(query.iterator(chunk_size=AT_ONCE) for query in queries)
    while batch := list(islice(ids, AT_ONCE)):
        speaking = Keep.objects.filter(subject__in=batch, quiet_since__isnull=True)
        yield from speaking.order_by("subject").values_list("subject", flat=True)


def _sendings() -> QuerySet[Contribution, UUID]:
    kept = Exists(_kept().filter(contribution=OuterRef("pk")))
    rows = Contribution.objects.filter(~kept, state__in=ENDED, closed_at__isnull=True)
    return rows.order_by("pk").values_list("pk", flat=True)


def _invitations() -> QuerySet[Invitation, UUID]:
    held = Invitation.objects.exclude(photo__state=PhotoState.ERASED)
    # As `ended` for those of erased photos: while the mail still asks about another photo, its link is needed.
    over = held.exclude(Exists(waiting(of_the_same_mail())))
    return over.filter(~Exists(_kept().filter(pk=OuterRef("photo")))).order_by("pk").values_list("pk", flat=True)


def _kept() -> QuerySet[Photo]:
    """Photos whose time has not come."""
    due = Exists(open_withdrawals().filter(erase_from__lte=timezone.now()))
    return Photo.objects.exclude(Q(state__in=[PhotoState.LAPSED, PhotoState.ERASED]) | due)
