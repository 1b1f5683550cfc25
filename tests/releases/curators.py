"""Three curators and an annotator, what they do, and a release's bag as its recipient unpacks it."""

import io
import tarfile
from uuid import UUID

from releases import actions, tasks
from releases.models import Audience, Release
from releases.queries import digest_of_reason, files_of
from tests import standing
from tests.cast import Casting
from vault import actions as vault
from vault.models import SealedObject


class Curators:
    """The first drafts and publishes, the second freezes; the third is there for what takes another one."""

    def __init__(self, staff: Casting) -> None:
        self.first, self.second, self.third = (staff("curator").user.pk for _ in range(3))
        self.annotator: UUID = staff("annotator").user.pk

    def drafted(self, **rules: object) -> Release:
        """A draft by these rules: for our own research, the contributor's own word, when none is named."""
        values = {"audience": Audience.OWN, "bases": frozenset(), "with_nobody": False, **rules}
        return actions.draft(staff_id=self.first, **values)  # type: ignore[arg-type]

    def frozen(self, **rules: object) -> Release:
        """One that is frozen, with every crop made."""
        tasks.cut_now()
        return actions.freeze(release_id=self.drafted(**rules).pk, staff_id=self.second)

    def built(self, **rules: object) -> Release:
        """One that is built."""
        return standing.step(("built", repr(sorted(rules.items()))), lambda: self._built(**rules))

    def _built(self, **rules: object) -> Release:
        release = self.frozen(**rules)
        tasks.build_now(release.pk)
        release.refresh_from_db()
        return release

    def published(self, **rules: object) -> Release:
        """One that is published."""
        return standing.step(("published", repr(sorted(rules.items()))), lambda: self._published(**rules))

    def _published(self, **rules: object) -> Release:
        return actions.publish(release_id=self.built(**rules).pk, staff_id=self.first)


def taken_back(release: Release, *, by: UUID) -> Release:
    """Take a release back, as its reason stands now."""
    seen = digest_of_reason(Release.objects.get(pk=release.pk))
    return actions.retract(release_id=release.pk, seen=seen, staff_id=by)


def unpacked(release: Release) -> dict[str, bytes]:
    """Every file of the bag that is not closed, by its path; each shard's members as `<path of the shard>!<name>`."""
    files = {file.path: opened(file.sealed_id) for file in files_of(release) if file.sealed_id}
    for path in [path for path in files if path.endswith(".tar")]:
        files |= {f"{path}!{name}": data for name, data in members(files[path]).items()}
    return files


def members(shard: bytes) -> dict[str, bytes]:
    """The files in a shard, by name, in their order."""
    with tarfile.open(fileobj=io.BytesIO(shard)) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]


def opened(sealed: UUID) -> bytes:
    """What lies in a sealed object."""
    return vault.read(SealedObject.objects.get(pk=sealed))
