"""What the known lists hold."""

from screening.models import KnownDigest, KnownList


def known_in(keyed: list[bytes]) -> list[str]:
    """Names of the lists on which one of the keyed digests stands and has not been taken back, sorted."""
    hits = KnownDigest.objects.filter(keyed__in=keyed, retracted_at__isnull=True)
    return sorted(set(hits.values_list("known_list_id", flat=True)))


def list_versions() -> dict[str, int]:
    """The version of every known list that has been imported."""
    return dict(KnownList.objects.filter(version__gt=0).values_list("name", "version"))
