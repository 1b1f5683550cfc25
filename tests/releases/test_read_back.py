"""A whole release, unpacked and read by the libraries that researchers read it with: every count is the same."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.conf import settings

from annotation.actions import Box, PersonRead, Said
from annotation.models import Reading
from audit.queries import log_vkey, verify_stored
from contributions.models import Basis, Grounds, Person, Photo
from releases.models import Release
from releases.queries import files_of
from releases.rows import samples_in
from tests import pictures
from tests.builders import given
from tests.cast import Casting
from tests.releases.answering import answered
from tests.releases.curators import Curators, unpacked

TERMS = ["objects.dog", "place.garden"]
# More than one shard.
PHOTOS_A_SHARD = 3
PHOTOS = 6


def of_two(marks: Sequence[UUID]) -> Said:
    """A child with a range and a box around the head, and an adult."""
    child, adult = marks
    around = Box(0.05, 0.4, 0.15, 0.6)
    people = [
        PersonRead(child, 0.1, 0.5, Decimal("6.5"), Decimal(5), Decimal(8), around),
        PersonRead(adult, 0.2, 0.5, Decimal(41)),
    ]
    return Said(people=people, terms=TERMS)


@pytest.fixture
def release(staff: Casting, settings: Any) -> Release:
    """Six photos by two contributors, two people in each, none alike the others."""
    settings.RELEASE_SHARD_PHOTOS = PHOTOS_A_SHARD
    curators = Curators(staff)
    names = ("astronaut", "coffee", "cat")
    for width in (320, 300):
        given(*(pictures.png(width, 240, name=name) for name in names), others=[Basis.AFFIRMED]).agree()
    for _ in range(PHOTOS):
        answered(curators.annotator, of_two)
    return curators.published(bases=frozenset({Grounds.AFFIRMED}))


@pytest.fixture
def bag(release: Release, tmp_path: Path) -> Path:
    folder = tmp_path / "bag"
    for path, data in unpacked(release).items():
        if "!" not in path:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
    return folder


@pytest.mark.requirement("D4", "D5", "D6")
@pytest.mark.django_db(transaction=True, databases=["default", "identity"])
def test_every_reader_finds_the_same_photos_people_and_ages(release: Release, bag: Path, tmp_path: Path) -> None:
    ids = sorted(str(one) for one in release.items.values_list("public_id", flat=True))
    assert len(ids) == PHOTOS
    assert len(list((bag / "data/shards").glob("*.tar"))) == PHOTOS / PHOTOS_A_SHARD
    ages = sorted([6.5, 41.0] * PHOTOS)
    found = read_back(bag, tmp_path / "cache")
    for reader in found.values():
        assert (reader["images"], reader["people"], reader["ages"]) == (ids, 2 * PHOTOS, ages)
    coco, shards, tables, croissant = (found[name] for name in ("pycocotools", "webdataset", "datasets", "mlcroissant"))
    assert (coco["counted"], coco["boxes"], coco["described"]) == (2 * PHOTOS, PHOTOS, sorted(TERMS * PHOTOS))
    assert coco["ranges"] == sorted([[5.0, 8.0], [41.0, 41.0]] * PHOTOS)
    assert coco["bases"] == tables["bases"] == sorted(["self", "affirmed"] * PHOTOS)
    assert shards["as_told"]
    assert tables["as_told"]
    assert tables["in_shards"] == croissant["pictures"] == ids
    assert set(tables["splits"]) <= {"train", "validation", "test"}
    assert (croissant["errors"], croissant["warnings"]) == ([], [])
    # Read by mlcroissant under its own spelling, and there for others as the specification has them.
    assert croissant["timeframe"]
    assert "cut to" in croissant["manipulation"]
    described = json.loads((bag / "croissant.json").read_bytes())
    assert described["rai:dataManipulationProtocol"] == croissant["manipulation"]
    assert described["rai:dataCollectionTimeframe"] == described["rai:dataCollectionTimeFrame"]
    assert croissant["version"] == f"{release.number}.0.0"
    members = {path: data for path, data in unpacked(release).items() if "!" in path}
    in_shards = [json.loads(data) for path, data in members.items() if path.endswith(".json")]
    # Shards are told of photo by photo, tables all at once.
    assert sorted(in_shards, key=itemgetter("public_id")) == [sample for sample, _placed in samples_in(release)]
    nothing_names_anybody(bag)
    the_bag_is_whole(bag)
    the_manifest_is_signed_and_says_it_all(bag, release)
    the_papers_tell_of_this_release(bag)


def read_back(bag: Path, cache: Path) -> dict[str, dict[str, Any]]:
    """What each library found."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.releases.reading_back", str(bag), str(cache)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    found: dict[str, dict[str, Any]] = json.loads(run.stdout)
    return found


def nothing_names_anybody(bag: Path) -> None:
    """Neither photos nor people nor staff are known outside by the ids that they have here."""
    photos = Photo.objects.values_list("pk", "contribution", "contribution__participant", "task")
    people = Person.objects.values_list("pk")
    readings = Reading.objects.values_list("reading_id", "by")
    known = {str(one).encode() for rows in (photos, people, readings) for row in rows for one in row}
    assert len(known) > 4 * PHOTOS
    data = b"".join(path.read_bytes() for path in sorted(bag.rglob("*")) if path.is_file())
    assert [one for one in known if one in data] == []


def the_bag_is_whole(bag: Path) -> None:
    """As RFC 8493 has it, and `sha256sum -c`."""
    assert (bag / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    files = {path.relative_to(bag).as_posix(): path for path in bag.rglob("*") if path.is_file()}
    payload = {name for name in files if name.startswith("data/")}
    listed = {name: sums(files[name]) for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt", "SHA256SUMS")}
    assert set(listed["manifest-sha256.txt"]) == payload
    assert set(listed["tagmanifest-sha256.txt"]) == set(files) - payload - {"tagmanifest-sha256.txt", "SHA256SUMS"}
    assert set(listed["SHA256SUMS"]) == set(files) - {"SHA256SUMS"}
    for digests in listed.values():
        assert all(sha256(files[name].read_bytes()).hexdigest() == digest for name, digest in digests.items())
    told = dict(line.split(": ", 1) for line in (bag / "bag-info.txt").read_text().splitlines())
    assert told["Payload-Oxum"] == f"{sum(files[name].stat().st_size for name in payload)}.{len(payload)}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", told["Bagging-Date"])


def sums(file: Path) -> dict[str, str]:
    """The digests in a list, by path."""
    return {name: digest for digest, name in (line.split("  ") for line in file.read_text().splitlines())}


def the_manifest_is_signed_and_says_it_all(bag: Path, release: Release) -> None:
    text = (bag / "manifest.json").read_bytes()
    key = load_pem_public_key((bag / "public-key.pem").read_bytes())
    assert isinstance(key, Ed25519PublicKey)
    key.verify((bag / "manifest.sig").read_bytes(), text)
    assert sha256(text).hexdigest() == release.manifest_sha256
    told = json.loads(text)
    assert told["log"]["size"] == release.log_index
    assert release.log_index is not None
    assert (
        told["log"]["root"]
        == verify_stored(using="default", at_sizes=[release.log_index]).roots[release.log_index].hex()
    )
    assert told["log"]["key"] == log_vkey()
    assert [(item["id"], item["sha256"]) for item in told["items"]] == [
        (str(item.public_id_id), item.sha256) for item in release.items.order_by("public_id")
    ]
    unsigned = {"manifest.json", "manifest.sig", "bagit.txt", "bag-info.txt"}
    unsigned |= {"manifest-sha256.txt", "tagmanifest-sha256.txt", "SHA256SUMS"}
    assert told["files"].keys() == {file.path for file in files_of(release)} - unsigned


def the_papers_tell_of_this_release(bag: Path) -> None:
    sheet = (bag / "datasheet.md").read_text()
    assert f"| photographs | {PHOTOS} |" in sheet
    assert f"| people in them | {2 * PHOTOS} |" in sheet
    assert "| contributors | fewer than 5 |" in sheet
    assert f"| dog | {PHOTOS} |" in sheet
    assert "What you are asked to agree to" in sheet
    page = (bag / "datasheet.html").read_text()
    # The splits are drawn by chance: so few photos may have no side of five, and then no chart.
    assert page.count('<table class="chart">') in {7, 8}
    assert page.count("<svg ") > 30
    assert "<script" not in page
    assert "[[" not in sheet
    assert "$" not in sheet + (bag / "README.md").read_text().replace("$last", "")
    assert (bag / "notices/2026-1-en.md").read_text().startswith("# What you are asked to agree to\n")
    terms = json.loads((bag / "terms.json").read_bytes())
    assert terms["computed_from"]["scopes_of_all"] == ["research"]
    assert json.loads((bag / "vocabulary.json").read_bytes())["terms"]
