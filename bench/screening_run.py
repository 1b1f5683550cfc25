"""What `bench.screening` measures, once the server runs and the settings stand."""

import os
import statistics
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from time import perf_counter
from uuid import UUID, uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.module_loading import import_string

from annotation.suggesting import faces
from bench.bare_screening import apart
from bench.bars import NOTHING, SCREENED_SECONDS, SCREENED_SPEED, WORKER_MB, Bars, Beside
from bench.duplicates_run import grow
from bench.measured import cpu_of, parent_of
from bench.phone_photos import phone_photo
from contributions import actions
from contributions.decoder import asking
from contributions.models import Photo
from contributions.queries import pixels_of
from screening.actions.listing import import_hashes
from screening.hash_kinds import Hash
from screening.models import Finding, Verdict
from tests.builders import upload

Taken = dict[str, float]
LIBRARIES = "bare library calls in one loop"
BORDER = "contributions.intake.find_border"
FOUND = {"match_known", "classify", "find_duplicates"}


def run(superuser: str, bars: Bars, hashes: int, photos: int, files: int) -> None:
    """Print and keep what each step takes, medians over so many files, and the memory."""
    call_command("make_keys", verbosity=0)
    grow(superuser, 0, photos)
    chance = Random(6)  # noqa: S311
    import_hashes(name="made-up", hashes=(Hash("pdq", chance.randbytes(32)) for _ in range(hashes)), by="system")
    # The first one loads the models and the list, as the first photo of a worker's life does.
    first = sum(_screened(_received(0)).values())
    with apart(hashes) as library:
        # Its first one is as cold as ours.
        library(_file(0))
        taken, loops, busy = _pairs(library, files)
    print(f"a 12-megapixel JPEG, one core, {hashes:,} known hashes, {photos:,} photos; medians of {files}:")
    for name in settings.INTAKE_STEPS:
        word = name.rpartition(".")[2]
        alone = f" (libraries alone {_middle(each[word] for each in loops):.3f} s)" if word in loops[0] else ""
        step = _middle(each[name] for each in taken)
        bars.note(word.replace("_", " "), step, "s", beside=_beside(word, step, loops))
        print(f"  {word:<16}{step:6.3f} s{alone}")
    whole = _middle(sum(each.values()) for each in taken)
    print(f"  {'in all':<16}{whole:6.3f} s{bars.at_most('rebuilt and screened', whole, SCREENED_SECONDS, 's')}")
    ratio = _middle(
        sum(loop.values()) / (sum(each.values()) - each[BORDER]) for loop, each in zip(loops, taken, strict=True)
    )
    speed = bars.at_least("speed of screening", ratio, SCREENED_SPEED, "x", beside=Beside(LIBRARIES, ratio))
    bars.note("CPU of a photo", busy, "s")
    alone = f"{_middle(sum(each.values()) for each in loops):6.3f}"
    print(f"  {'bare libraries':<16}{alone} s in one loop (yardstick), without a border's search")
    print(f"  {'speed':<16}{ratio:6.2f} x the loop{speed}")
    print(f"  {'of it computing':<16}{busy:6.3f} s CPU of worker, decoding child and database (mean)")
    print(f"  {'the very first':<16}{first:6.3f} s, with list and models loaded")
    _memory(bars)
    asking.stop()


def _pairs(library: Callable[[bytes], Taken], files: int) -> tuple[list[Taken], list[Taken], float]:
    """Seconds of each step and of its libraries alone, for each photo; mean CPU seconds of a photo's steps.

    In turns, so that whatever else the machine does slows both.
    """
    taken, loops, busy = [], [], 0.0
    for number in range(1, files + 1):
        photo_id, before = _received(number), _busy()
        taken.append(_screened(photo_id))
        busy += (_busy() - before) / files
        loops.append(library(_file(number)))
    return taken, loops, busy


def _beside(step: str, seconds: float, loops: list[Taken]) -> Beside:
    """What the libraries alone take for the same step, where it is one that they can do."""
    return Beside(LIBRARIES, seconds / _middle(each[step] for each in loops)) if step in loops[0] else NOTHING


def _file(number: int) -> bytes:
    """Each is another one, so that none is "already here"."""
    return phone_photo(number)


def _received(number: int) -> UUID:
    """A photo as the web process leaves it."""
    # One connection may send so much in an hour.
    client = uuid4().hex
    sending = actions.start(language="en", client=client)
    data = upload(_file(number))
    return actions.add_photo(sending=sending.pk, upload=data, client_key=uuid4(), number=1, client=client).photo.pk


def _screened(photo_id: UUID) -> dict[str, float]:
    """Seconds of each step; raises SystemExit when the photo did not come through all of them."""
    taken = {}
    for name in settings.INTAKE_STEPS:
        step = import_string(name)
        begun = perf_counter()
        step(photo_id)
        taken[name] = perf_counter() - begun
    found = set(Finding.objects.filter(photo=photo_id).values_list("step", flat=True))
    if not found >= FOUND or not Verdict.objects.filter(photo=photo_id).exists():
        raise SystemExit(f"photo {photo_id} was not screened: {found}")
    return taken


def _busy() -> float:
    """CPU seconds so far of this process with the zygote, its child, and of the database."""
    with connection.cursor():
        server = parent_of(connection.connection.info.backend_pid)
    return cpu_of(os.getpid()) + cpu_of(server)


def _middle(values: Iterable[float]) -> float:
    return statistics.median(values)


def _memory(bars: Bars) -> None:
    """The worker with everything loaded, and its zygote: their own pages, and their share of common ones."""
    photo = Photo.objects.select_related("rendition__key").latest("received_at")
    (pixels,) = pixels_of(photo, [faces.LOOK])
    faces.find(pixels)
    worker, zygote = _megabytes("self"), _megabytes(str(asking.own_zygote().pid))
    judged = bars.at_most("memory of a worker", worker + zygote, WORKER_MB, "MB")
    print(f"memory with list, classifier and faces loaded: worker {worker:.0f} MB, zygote {zygote:.0f} MB{judged}")


def _megabytes(process: str) -> float:
    """PSS of a process."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
