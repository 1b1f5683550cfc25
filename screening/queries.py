"""The gate: one answer to "may this photo be shown or used?", and what the safety officer's desk reads."""

from collections.abc import Collection, Iterator
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from audit.queries import absent, told
from contributions import queries as contributions
from contributions.models import Photo
from screening.models import KnownDigest, KnownList, Verdict, View
from screening.transitions import VerdictState


def newest_verdict(photo_id: UUID) -> Verdict | None:
    """The verdict that counts for a photo's present content under the present policy; None: never judged."""
    return (
        Verdict.objects.filter(photo_id=photo_id, policy=settings.SCREENING_POLICY, content=F("photo__full_id"))
        .order_by("-id")
        .first()
    )


def servable() -> QuerySet[Photo]:
    """Photos that may be shown to staff or put into a release: in use by consent, and judged clear. Nothing else is."""
    return _judged(contributions.in_use(), VerdictState.CLEAR)


def held() -> QuerySet[Photo]:
    """Photos that wait for the safety officer, oldest first. Those withdrawn or erased are gone from here."""
    staying = Photo.objects.filter(~Exists(contributions.open_withdrawals()), state="ready")
    return _judged(staying, VerdictState.HELD).order_by("ready_at")


def _judged(photos: QuerySet[Photo], state: VerdictState) -> QuerySet[Photo]:
    """Those whose newest verdict on their present content under the present policy is this one."""
    newest = Verdict.objects.filter(
        photo=OuterRef("pk"), policy=settings.SCREENING_POLICY, content=OuterRef("full_id")
    ).order_by("-id")
    return photos.annotate(newest_verdict=Subquery(newest.values("state")[:1])).filter(newest_verdict=state)


def locked_among(photo_ids: Collection[UUID]) -> set[UUID]:
    """Those of the photos that were ever locked: their bytes stay sealed until a written procedure decides."""
    return set(
        Verdict.objects.filter(photo__in=photo_ids, state=VerdictState.LOCKED).values_list("photo_id", flat=True)
    )


def known_in(keyed: list[bytes]) -> list[str]:
    """Names of the lists on which one of the keyed digests stands and has not been taken back, sorted."""
    hits = KnownDigest.objects.filter(keyed__in=keyed, retracted_at__isnull=True)
    return sorted(set(hits.values_list("known_list_id", flat=True)))


def list_versions() -> dict[str, int]:
    """The version of every known list that has been imported."""
    return dict(KnownList.objects.filter(version__gt=0).values_list("name", "version"))


def missing_by_log() -> Iterator[str]:
    """A line for each verdict and each look at a photo that the log tells and the tables do not know.

    A verdict that a restored backup has lost can be a lock: such a photo may not be erased before it is judged again.
    """
    for batch in told("photo:judged", "photo:ruled"):
        ids = [UUID(entry.subject) for entry in batch]
        known = {
            (str(photo), state, by)
            for photo, state, by in Verdict.objects.filter(photo__in=ids).values_list("photo", "state", "by")
        }
        for entry in batch:
            if (entry.subject, entry.data["verdict"], entry.actor) not in known:
                yield f"verdict_{entry.data['verdict']}_unknown {entry.subject}"
    yield from absent("view_unknown", "photo:viewed", field="view", rows=View.objects.all(), key="pk")
