"""A release of what was given, by the same actions as the pages: read, frozen by one person, published by another."""

import io
import tarfile
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID, uuid4

from accounts.models import User
from annotation.actions import PersonRead, Said, submit, take_next
from contributions.models import Grounds, Photo
from deploy.local.drill import needles
from deploy.local.drill.needles import Needle
from releases import actions, tasks
from releases.models import Audience, Crop, Item, Release, Shard
from vault import actions as vault
from vault.models import DataKey, SealedObject


def publish() -> Release:
    """Read everything that waits, and publish it as a release of our own."""
    _read_all(_somebody())
    tasks.cut_now()
    own = frozenset({Grounds.SELF.value})
    curator, other = _somebody(), _somebody()
    draft = actions.draft(audience=Audience.OWN, bases=own, with_nobody=False, staff_id=curator)
    actions.freeze(release_id=draft.pk, staff_id=other)
    tasks.build_now(draft.pk)
    return actions.publish(release_id=draft.pk, staff_id=curator)


def keys_in(release: Release, photos: Sequence[Photo]) -> list[DataKey]:
    """The keys of every stored file of a release that holds any of these photos: shards and tables."""
    items = release.items.filter(public_id__photo__in=[photo.pk for photo in photos])
    shards = DataKey.objects.filter(pk__in=items.values("shard__key"))
    return [*shards, *([release.tables_key] if release.tables_key else [])]


def needles_in(release: Release, photos: Sequence[Photo]) -> list[Needle]:
    """What the release holds of these photos: the keys of its files, and stretches of the plain crops in its shards."""
    if release.built_at is None:
        raise LookupError(f"release {release.pk} was not built")
    items = release.items.filter(public_id__photo__in=[photo.pk for photo in photos]).select_related("shard__sealed")
    found = [needle for key in keys_in(release, photos) for needle in needles.of_key(key)]
    for item in items:
        found += needles.stretches("plain crop of a release", _crop_in(item))
    return found


def _crop_in(item: Item) -> bytes:
    """The picture as it lies in its shard, where it is the same to the byte as the crop that was made for it."""
    if item.shard is None or item.shard.sealed is None:
        raise LookupError(f"no shard holds {item.public_id_id}")
    with tarfile.open(fileobj=io.BytesIO(vault.read(item.shard.sealed))) as shard:
        file = shard.extractfile(f"{item.public_id_id}.jpg")
        if file is None:
            raise LookupError(f"the shard lacks {item.public_id_id}")
        return file.read()


def left_in(release: Release, photos: Sequence[Photo]) -> list[str]:
    """A sentence for each stored file that held one of these photos and still opens: shards, tables and crops."""
    ids = [photo.pk for photo in photos]
    held = {
        "shard": Shard.objects.filter(items__public_id__photo__in=ids).values("sealed"),
        "table": release.files.filter(is_paper=False).values("sealed"),
        "crop": Crop.objects.filter(photo__in=ids).values("sealed"),
    }
    return [
        f"{what} {sealed.pk} still opens"
        for what, rows in held.items()
        for sealed in SealedObject.objects.filter(pk__in=rows).select_related("key")
        if _opens(sealed)
    ]


def _opens(sealed: SealedObject) -> bool:
    try:
        vault.read(sealed)
    except (vault.ObjectGone, vault.Tampered, OSError):
        return False
    return True


def _read_all(staff_id: UUID) -> None:
    while task := take_next(staff_id=staff_id):
        if task.lease is None:
            raise LookupError(f"task {task.pk} was handed out without a lease")
        people = [PersonRead(mark=p.pk, x=p.x, y=p.y, age_years=Decimal(7)) for p in task.photo.persons.all()]
        submit(
            task_id=task.pk,
            lease=task.lease,
            version=task.version,
            key=uuid4(),
            staff_id=staff_id,
            said=Said(people=people),
        )


def _somebody() -> UUID:
    """Somebody of the staff, who never signs in."""
    return User.objects.enrol(email=f"{uuid4().hex}@example.org", name="Somebody").pk
