"""`make drill` on a site of its own: nothing of what was erased is found, and what somebody left in the way is."""

import subprocess
import sys

import pytest
from django.conf import settings

from tests import soak

pytestmark = pytest.mark.requirement("E1", "E3")
# What is put in the way, and the sentence that names it.
FAILURES = {
    "kept-epoch-key": "a key that opens an erased photo's wrapped key lies in the temporary files (epoch-",
    "skipped-replay": "erased photos stand as if they were there",
    "kept-data-key": "data key in the logs of processes: worker.log",
    "kept-plaintext": "plain picture in the temporary files: upload-",
    "stale-key-copy": "replay_erasures refused, and the site stays closed",
}


def drill(*failures: str, photos: int) -> tuple[int, dict[str, list[str]]]:
    """The exit code, and what each round said it found; its last line says whether that is anything."""
    command = [sys.executable, "-m", "deploy.local.drill", "--photos", str(photos)]
    for failure in failures:
        command += ["--seed-failure", failure]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).split("\nDrill with ")[1:]
    assert len(said) == len(failures), done.stdout + done.stderr
    found = [[line for line in one.splitlines() if line.startswith("FOUND")] for one in said]
    last = [one.splitlines()[-1].partition(":")[0] for one in said]
    assert last == ["FAILED" if lines else "PASSED" for lines in found]
    return done.returncode, dict(zip(failures, found, strict=True))


@pytest.mark.services
def test_nothing_is_found_of_what_was_erased_and_what_was_left_in_the_way_is() -> None:
    code, found = drill("none", "skipped-replay", photos=2)
    assert found["none"] == []
    assert any(FAILURES["skipped-replay"] in line for line in found["skipped-replay"]), found["skipped-replay"]
    assert code == 1


@pytest.mark.soak
def test_the_whole_drill_and_every_failure() -> None:
    assert drill("none", photos=40) == (0, {"none": []})
    _code, found = drill(*FAILURES, photos=4)
    assert [name for name, lines in found.items() if not any(FAILURES[name] in line for line in lines)] == []
    soak.write_down("withdrawal drill", f"20 of 40 photos erased: 0 hits; {len(FAILURES)} of 5 seeded failures found")
