"""One round of the drill, from giving to looking everywhere, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connections

from audit import actions as audit
from contributions import queries as contributions
from contributions.models import Photo
from deploy.local.drill import failures, giving, needles, places, releasing
from deploy.local.drill.needles import Needle, Wrapped
from deploy.local.drill.places import Search
from deploy.local.drill.site import Site
from deploy.local.progress import say
from mpm_site import guard
from releases.models import Release
from screening.queries import servable
from vault import actions as vault
from vault.models import DataKey, SealedObject


@dataclass
class Round:
    """What one round knows of the photos that it erases, and what it found."""

    site: Site
    failure: str
    gone: list[Photo]
    kept: list[Photo]
    releases: list[Release] = field(default_factory=list)
    needles: list[Needle] = field(default_factory=list)
    wrapped: list[Wrapped] = field(default_factory=list)
    found: list[str] = field(default_factory=list)


def hold(site: Site, failure: str, *, photos: int) -> int:
    """Give, back up, erase, restore, replay, look everywhere. 1 when anything was found, else 0."""
    say("")
    say(f"Drill with {photos} photos" + ("" if failure == "none" else f", and with this in the way: {failure}"))
    # What is erased is in two releases, of which the second has more photos and supersedes the first.
    most = max(1, photos * 3 // 4)
    given = giving.give(most)
    drill = Round(site, failure, given[: photos // 2], given[photos // 2 :])
    _publish(drill)
    drill.kept += giving.give(photos - most)
    _publish(drill)
    _back_up(drill)
    _erase(drill)
    _look(drill, "after the erasure")
    _restore(drill)
    _look(drill, "after the restore")
    for sentence in drill.found:
        say(f"FOUND  {sentence}")
    say("FAILED: something is not as it must be." if drill.found else f"PASSED: no trace of {_photos(drill.gone)}.")
    return 1 if drill.found else 0


def _publish(drill: Round) -> None:
    """A release, and what it holds of those that are to be erased: a later one destroys what is in it alone."""
    release = releasing.publish()
    drill.releases.append(release)
    release.refresh_from_db()
    drill.needles += releasing.needles_in(release, drill.gone)
    drill.wrapped += needles.wrapped(releasing.keys_in(release, drill.gone))


def _back_up(drill: Round) -> None:
    drill.wrapped += needles.wrapped(_keys(drill))
    drill.needles += needles.of_epochs()
    vault.rotate()
    drill.wrapped += needles.wrapped(_keys(drill))
    drill.needles += [*needles.of(drill.gone), *needles.of_epochs()]
    audit.keep()
    connections.close_all()
    drill.site.back_up()
    say(f"Backed up: {len(drill.gone) + len(drill.kept)} photos, and two releases that hold them.")


def _keys(drill: Round) -> list[DataKey]:
    of_releases = {key.pk: key for release in drill.releases for key in releasing.keys_in(release, drill.gone)}
    return [*needles.keys_of(drill.gone), *of_releases.values()]


def _erase(drill: Round) -> None:
    failures.before_erasing(drill.failure, drill.site, Photo.objects.get(pk=drill.gone[0].pk))
    giving.erase(drill.gone)
    vault.sweep()
    vault.rotate()
    audit.keep()
    say(f"Erased: {len(drill.gone)}; the epoch was changed.")


def _restore(drill: Round) -> None:
    connections.close_all()
    drill.site.restore()
    code, words = drill.site.manage("restore_log", owner=True)
    say(f"Restored. {words.splitlines()[0] if words else ''}")
    if code:
        drill.found.append(f"restore_log refused: {words}")
    if not _is_closed():
        drill.found.append("the site would start before the erasures were replayed")
    failures.before_replaying(drill.failure, drill.site)
    if drill.failure != "skipped-replay":
        code, words = drill.site.manage("replay_erasures")
        _retell(words)
        if code:
            drill.found.append(f"replay_erasures refused, and the site stays closed: {words}")
    vault.sweep()


def _retell(words: str) -> None:
    """What the replay said; rows that the next sweep erases are named before it came, and are no fault."""
    for line in words.splitlines():
        if line.startswith("What the log tells"):
            say("Expected after a restore, until the first sweep:")
        say(line)


def _is_closed() -> bool:
    try:
        guard.check_log(seconds=0)
    except guard.NotToBeStarted:
        return True
    return False


def _look(drill: Round, when: str) -> None:
    """Search every place, try every key that was found on every wrapped key, and ask the site for each photo."""
    seen = places.search(drill.site, drill.needles)
    _print(seen, when)
    found = [*seen.hits, *_opened(drill.wrapped, seen.keys), *_served(drill.gone, drill.kept)]
    found += [line for release in drill.releases for line in releasing.left_in(release, drill.gone)]
    drill.found += [f"{sentence} ({when})" for sentence in found]


def _opened(wrapped: Sequence[Wrapped], keys: Sequence[tuple[str, bytes]]) -> list[str]:
    found = {where for where, key in keys for each in wrapped if each.opens_with(key)}
    say(
        f"  Each of {len(keys)} files that may be a key was tried on {len(wrapped)} wrapped keys of the erased photos"
        f" and the releases: {len(found)} of them open one (must be 0)."
    )
    return [f"a key that opens an erased photo's wrapped key lies in the {where}" for where in sorted(found)]


def _served(gone: Sequence[Photo], kept: Sequence[Photo]) -> list[str]:
    """What the site itself gives out of the erased photos, and whether it still gives the others."""
    ids = [photo.pk for photo in gone]
    found = [f"photo {photo.pk} opens in the site" for photo in gone if _opens(photo)]
    if contributions.in_use().filter(pk__in=ids).exists() or servable().filter(pk__in=ids).exists():
        found.append("an erased photo is in use again")
    if marks := Photo.objects.filter(pk__in=ids).exclude(state="erased").count():
        found.append(f"{marks} erased photos stand as if they were there")
    lost = [photo for photo in kept if not _opens(photo)]
    opened = sum(_opens(photo) for photo in gone)
    say(
        f"  Asked of the site: {opened} of {_photos(gone)} erased (must be 0) and {len(kept) - len(lost)} of"
        f" {_photos(kept)} kept (must be all) open."
    )
    return found + [f"photo {photo.pk}, which nobody withdrew, does not open" for photo in lost]


def _opens(photo: Photo) -> bool:
    keys = [key.pk for key in needles.keys_of([photo])]
    for sealed in SealedObject.objects.filter(key__in=keys):
        try:
            vault.read(sealed)
        except (vault.ObjectGone, vault.Tampered, OSError):
            continue
        return True
    return False


def _print(seen: Search, when: str) -> None:
    say(f"Searched {when}. Hits are traces of erased photos (stretches of their pictures, and keys); each must be 0:")
    say(f"  {'place':32}{'files':>8}{'bytes':>14}{'hits':>6}")
    for place in seen.places:
        say(f"  {place.name:32}{place.files:>8}{place.size:>14,}{len(place.hits):>6}")


def _photos(photos: Sequence[Photo]) -> str:
    return "1 photo" if len(photos) == 1 else f"{len(photos)} photos"
