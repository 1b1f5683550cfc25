"""What the known lists hold, and which of those that are required cannot be relied on."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from screening.codes import CodeKind, code
from screening.models import KnownDigest, KnownList


def known_in(keyed: list[bytes]) -> list[str]:
    """Names of the lists on which one of the keyed digests stands and has not been taken back, sorted."""
    hits = KnownDigest.objects.filter(keyed__in=keyed, retracted_at__isnull=True)
    return sorted(set(hits.values_list("known_list_id", flat=True)))


def list_versions() -> dict[str, int]:
    """The version of every known list that has been imported."""
    return dict(KnownList.objects.filter(version__gt=0).values_list("name", "version"))


def material_of(names: Collection[str]) -> dict[str, str]:
    """Of what these lists are, each in the words of whoever keeps it; empty: not told."""
    return dict(KnownList.objects.filter(pk__in=names).values_list("name", "material"))


def unreliable_lists(*, now: datetime | None = None) -> list[str]:
    """Codes of the required lists that are missing, empty, or older than settings.KNOWN_LIST_STALE_DAYS."""
    oldest = (now or timezone.now()) - timedelta(days=settings.KNOWN_LIST_STALE_DAYS)
    digests = KnownDigest.objects.filter(known_list=OuterRef("pk"), retracted_at__isnull=True)
    rows = KnownList.objects.filter(version__gt=0, name__in=settings.KNOWN_LISTS_REQUIRED)
    found = {row.name: row for row in rows.annotate(has_digests=Exists(digests))}
    codes = []
    for name in settings.KNOWN_LISTS_REQUIRED:
        row = found.get(name)
        if row is None:
            codes.append(code(CodeKind.LIST_MISSING, name))
            continue
        if not row.pdq_count and not row.has_digests:
            codes.append(code(CodeKind.LIST_EMPTY, name))
        if row.checked_at is None or row.checked_at < oldest:
            codes.append(code(CodeKind.LIST_STALE, name))
    return codes
