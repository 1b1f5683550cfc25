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
from releases.models import Audience, Release
from releases.queries import is_downloadable
from vault import actions as vault


def publish() -> Release:
    """Read everything that waits, and publish it as a release of our own."""
    _read_all(_somebody())
    own = frozenset({Grounds.SELF.value})
    curator = _somebody()
    draft = actions.draft(audience=Audience.OWN, bases=own, with_nobody=False, staff_id=curator)
    actions.freeze(release_id=draft.pk, staff_id=curator)
    tasks.build_now(draft.pk)
    return actions.publish(release_id=draft.pk, staff_id=_somebody())


def needles_in(release: Release, photos: Sequence[Photo]) -> list[Needle]:
    """What the archive holds of these photos: its own key, and stretches of the plain crops."""
    if release.archive is None or release.archive_key is None:
        raise LookupError(f"release {release.pk} was not built")
    ids = [photo.pk for photo in photos]
    names = release.items.filter(public_id__photo__in=ids).values_list("public_id", flat=True)
    found = needles.of_key(release.archive_key)
    with tarfile.open(fileobj=io.BytesIO(vault.read(release.archive))) as archive:
        for name in names:
            file = archive.extractfile(f"images/{name}.jpg")
            if file is None:
                raise LookupError(f"the archive lacks {name}")
            found += needles.stretches("plain crop of a release", file.read())
    return found


def left_in(release: Release) -> list[str]:
    """A sentence when the archive that held erased photos still opens or is given out."""
    release = Release.objects.select_related("archive").get(pk=release.pk)
    if release.archive is None:
        return []
    try:
        vault.read(release.archive)
    except (vault.ObjectGone, vault.Tampered, OSError):
        return []
    given_out = is_downloadable(release)
    return [f"release {release.pk} still opens" + (" and is given out" if given_out else "")]


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
