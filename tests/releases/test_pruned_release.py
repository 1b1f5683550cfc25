"""A release as the site builds it, in its recipient's folder: verified, pruned, and the report checked by the site."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from releases import actions
from releases.models import Delivery, Release
from releases.reports import ReportNotGood, check_report
from releases.standalone import mpm_release
from releases.standalone.mpm_release import Bad, open_copy, prune, verify
from releases.tokens import token_for
from tests import pictures
from tests.builders import Given, given, read
from tests.releases.curators import Curators, unpacked
from tests.releases.receiving import handed_out

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "identity"]),
    pytest.mark.requirement("D7"),
]


@pytest.fixture
def made(curators: Curators) -> Given:
    photos = given(*(pictures.png(320 + 2 * place, 240) for place in range(3))).agree()
    for _photo in photos.photos:
        read(curators.annotator)
    return photos


def handed(release: Release, curators: Curators, folder: Path) -> Delivery:
    """Its files in a folder, as a recipient has them who was given them."""
    for path, data in unpacked(release).items():
        if "!" not in path:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
    return handed_out(curators, release).delivery


def feed() -> bytes:
    return bytes(Client().get("/withdrawals.json").content)


def run(program: Path, *arguments: str | Path) -> str:
    """The program out of the release, as a recipient runs it."""
    command = [sys.executable, "-I", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_recipient_fetches_prunes_and_reports_with_the_program_alone(
    made: Given, curators: Curators, tmp_path: Path, live: str
) -> None:
    """Over the site's real addresses, from the mailed link to the report that the site took."""
    program = handed_out(curators, curators.published())
    link, folder = f"{live}/dataset/link/{token_for(program.delivery.pk)}/", tmp_path / "copy"
    assert "3 pictures" in run(Path(mpm_release.__file__), "fetch", link, folder)
    made.withdraw(made.photos[1])
    actions.announce_due()
    feed_at = f"{live}/withdrawals.json"
    said = run(folder / "mpm_release.py", "prune", folder, "--feed", feed_at, "--signed-off-by", "Ada", "--send", link)
    assert said == "Up to notice 1: 1 photo deleted; 2 photos left.\nThe report was sent in.\n"
    (report,) = program.delivery.reports.all()
    assert (report.notice_number, report.left) == (1, 2)


LIES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "nothing was deleted": (lambda said: said.update(deleted=[]), "not_all_deleted"),
    "a notice to come": (lambda said: said.update(notice=2), "unknown_notice"),
    "no notice yet": (lambda said: said.update(notice=0), "not_all_deleted"),
    "a notice in words": (lambda said: said.update(notice="1"), "not_a_report"),
    "more is left": (lambda said: said.update(left=3), "not_what_is_left"),
    "something else is left": (lambda said: said.update(left_sha256="0" * 64), "not_what_is_left"),
    "shards are missing": (lambda said: said.update(absent=["data/shards/000000.tar"]), "not_what_is_left"),
    "not even a path": (lambda said: said.update(absent=[{}]), "not_a_report"),
    "another release": (lambda said: said.update(number=7), "another_release"),
    "another manifest": (lambda said: said.update(manifest_sha256="0" * 64), "another_manifest"),
    "nobody": (lambda said: said.update(signed_off_by=" "), "not_signed_off"),
    "another format": (lambda said: said.update(format="x"), "not_a_report"),
    "more than a report": (lambda said: said.update(more=1), "not_a_report"),
}


def test_a_copy_is_pruned_of_what_was_withdrawn_and_the_site_believes_no_other_report(
    made: Given, curators: Curators, tmp_path: Path
) -> None:
    release = curators.published()
    folder = tmp_path / "copy"
    delivery = handed(release, curators, folder)
    whole = verify(open_copy(folder))
    assert (whole.faults, whole.missing, len(whole.found)) == ([], [], 3)
    made.withdraw(made.photos[1])
    actions.announce_due()
    gone = str(made.photos[1].public_ids.get().pk)
    done = prune(folder, feed(), "Ada")
    assert (done["deleted"], done["left"]) == ([gone], 2)
    document = (folder / "prune-report.json").read_text()
    assert check_report(delivery, document) == 1
    for name, (lie, code) in LIES.items():
        said = json.loads(document)
        lie(said)
        with pytest.raises(ReportNotGood) as refused:
            check_report(delivery, json.dumps(said))
        assert refused.value.code == code, name
    for document in ("", "[]", "[" * 100_000, "null"):
        with pytest.raises(ReportNotGood, match="not_a_report"):
            check_report(delivery, document)
    came_after_a_shard_was_closed(release, curators, tmp_path / "late")
    needs_nothing_deleted(curators, tmp_path / "next")


def came_after_a_shard_was_closed(release: Release, curators: Curators, folder: Path) -> None:
    handed(release, curators, folder)
    with pytest.raises(
        Bad, match="no picture in this copy of release own 1: of its 1 file with pictures, none is here"
    ):
        prune(folder, feed(), "Ada")
    assert not (folder / "prune-report.json").exists()


def needs_nothing_deleted(curators: Curators, folder: Path) -> None:
    """A copy of the version after."""
    delivery = handed(curators.published(), curators, folder)
    done = prune(folder, feed(), "Ada")
    assert (done["deleted"], done["left"], done["notice"]) == ([], 2, 1)
    assert check_report(delivery, (folder / "prune-report.json").read_text()) == 1
