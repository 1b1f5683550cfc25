"""What a build reads: which photos left, what is planned, what is still to be written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from contributions.models import Invitation
from releases.models import Item, Release, Shard
from releases.samples import sample_of
from releases.transitions import ReleaseState
from vault.queries import Openable


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: shards planned and written, and those parked after their tries."""

    shards: int
    written: int
    parked: int


@dataclass(frozen=True, slots=True)
class Part:
    """One standing item as a plan sees it. `digest` is over all that its bytes in a shard are made of."""

    item: int
    public_id: UUID
    photo: UUID
    digest: bytes
    slot: int | None
    split: str


def progress(release: Release) -> Progress:
    """How far the build of a release is."""
    shards = Shard.objects.filter(Exists(release.items.standing().filter(shard=OuterRef("pk"))))
    written, parked = Q(built_at__isnull=False), Q(parked_at__isnull=False)
    found = shards.aggregate(all=Count("pk"), written=Count("pk", written), parked=Count("pk", parked))
    return Progress(found["all"], found["written"], found["parked"])


def parts(release: Release, *, with_dropped: bool = False) -> list[Part]:
    """The items of a release that stand, in the order of their public ids; with those dropped, too, where asked."""
    items = release.items.all() if with_dropped else release.items.standing()
    names = ("pk", "public_id", "public_id__photo", "sha256", "reading", "grounds", "taken_decade", "shard__slot")
    rows = items.order_by("public_id").values_list(*names, "split")
    return [
        Part(item, public_id, photo, digest_of(public_id, crop, reading, grounds, decade), slot, split)
        for item, public_id, photo, crop, reading, grounds, decade, slot, split in rows.iterator(chunk_size=10_000)
    ]


def digest_of(public_id: UUID, crop: str, reading: int, grounds: list[str], decade: int | None) -> bytes:
    """SHA-256 over what one photo's bytes in a shard are made of."""
    return sha256(f"{public_id}|{crop}|{reading}|{','.join(grounds)}|{decade}".encode()).digest()


def bonds(release: Release) -> dict[UUID, list[UUID]]:
    """By photo, the ids of everybody who gave it or is asked about it: the same person, the same id."""
    photos = release.items.standing().values("public_id__photo")
    found: dict[UUID, list[UUID]] = {}
    givers = release.items.standing().values_list("public_id__photo", "public_id__photo__contribution__participant")
    asked = Invitation.objects.filter(photo__in=photos).values_list("photo", "participant")
    for photo, participant in [*givers, *asked]:
        found.setdefault(photo, []).extend([participant] if participant else [])
    return found


def earlier_splits(release: Release) -> dict[UUID, str]:
    """The side that each photo of this audience had last, by public id."""
    before = Item.objects.filter(public_id__audience=release.audience).exclude(split="")
    last = before.order_by("public_id", "-release__number").distinct("public_id")
    return dict(last.values_list("public_id", "split"))


def is_planned(release: Release) -> bool:
    """Whether each standing item lies in a shard that is not destroyed, and nothing else does."""
    unplanned = release.items.standing().filter(Q(shard__isnull=True) | Q(shard__destroyed_at__isnull=False))
    # A shard with a dropped photo may live on for another release; this one is laid out anew.
    stale = release.items.left().filter(shard__isnull=False)
    return not unplanned.exists() and not stale.exists()


def is_written(release: Release) -> bool:
    """Whether a release that is not published yet is planned, and all its shards are written."""
    return is_planned(release) and not release.items.standing().filter(shard__built_at__isnull=True).exists()


def is_parked(release: Release) -> bool:
    """Whether workers parked a frozen release, or a shard of it, after their tries."""
    parked = Shard.objects.parked().filter(Exists(release.items.standing().filter(shard=OuterRef("pk"))))
    return release.state == ReleaseState.FROZEN and (release.parked_at is not None or parked.exists())


def shards_to_write(release: Release) -> QuerySet[Shard]:
    """Shards of this release that nobody has written, in the order of their slots."""
    waiting = Shard.objects.waiting()
    return waiting.filter(Exists(release.items.standing().filter(shard=OuterRef("pk")))).order_by("slot")


class Picture(NamedTuple):
    """What one item puts into its shard: the sample as JSON, and the sealed crop where there is one."""

    shard: UUID
    photo: UUID
    public_id: str
    sample: str
    crop: Openable | None


def pictures_in(release: Release, shards: Sequence[UUID]) -> Iterator[Picture]:
    """What lies in these shards of a release, in the order in which it does. Nobody is asked whether it still may."""
    items = release.items.standing().filter(shard__in=shards).order_by("public_id")
    frozen = ("shard", "public_id__photo", "public_id", "grounds", "taken_decade")
    rows = items.values_list(*frozen, "reading__crop__told", *Openable.columns("reading__crop__sealed__"))
    for shard, photo, public_id, grounds, decade, told, *crop in rows:
        sealed = Openable(*crop) if crop[0] else None
        yield Picture(shard, photo, str(public_id), sample_of(told, public_id, grounds, decade), sealed)
