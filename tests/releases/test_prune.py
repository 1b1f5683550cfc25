"""`mpm_release.py prune`: what signed notices name is gone from a copy, and nothing else."""

import json
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from releases.standalone.mpm_release import Bad, open_copy, prune, verify
from tests.releases.bags import Bag, hex_of

pytestmark = pytest.mark.requirement("D7")


@pytest.fixture
def bag(tmp_path: Path) -> Bag:
    """The release knows the first notice, so what that names is in it again."""
    made = Bag(tmp_path / "copy")
    return made.tell(made.ids[:1])


def names(folder: Path) -> set[str]:
    found: set[str] = set()
    for shard in folder.glob("data/shards/*.tar"):
        with tarfile.open(shard) as tar:
            found |= {name.removesuffix(".jpg").removesuffix(".json") for name in tar.getnames()}
    return found


def tables(folder: Path) -> tuple[set[str], set[str], set[str]]:
    coco = json.loads((folder / "data/annotations.json").read_bytes())
    ids = {image["id"]: image["public_id"] for image in coco["images"]}
    rows = [
        set(pq.read_table(folder / f"data/{name}.parquet")["public_id"].to_pylist()) for name in ("images", "people")
    ]
    assert {one["image_id"] for one in coco["annotations"]} <= set(ids)
    return set(ids.values()), rows[0], rows[1]


def test_what_newer_notices_name_is_gone_from_shards_and_tables_and_nothing_else(bag: Bag) -> None:
    before, gone = bag.files(), set(bag.ids[2:4])
    bag.tell([*gone, "b" * 8]).tell(bag.ids[5:6], audience="partners")
    done = prune(bag.folder, bag.feed(), "Ada")
    left = set(bag.ids) - gone
    assert names(bag.folder) == left
    assert tables(bag.folder) == (left, left, left)
    assert (done["deleted"], done["left"], done["notice"]) == (sorted(gone), 5, 2)
    after = bag.files()
    assert {path for path in before if before[path] != after[path]} == {
        *("data/annotations.json", "data/images.parquet", "data/people.parquet"),
        *("data/shards/000000.tar", "data/shards/000001.tar", "bag-info.txt"),
        *("manifest-sha256.txt", "tagmanifest-sha256.txt", "SHA256SUMS"),
    }
    assert after.keys() - before.keys() == {"withdrawals.json", "prune-report.json"}
    assert not any(one.encode() in data for one in gone for path, data in after.items() if path.startswith("data/"))


def test_a_pruned_bag_is_a_valid_bag(bag: Bag) -> None:
    prune(bag.folder, bag.tell(bag.ids[2:4]).feed(), "Ada")
    files = bag.files()
    payload = {path: data for path, data in files.items() if path.startswith("data/")}
    octets = sum(map(len, payload.values()))
    assert f"Payload-Oxum: {octets}.{len(payload)}\n" in files["bag-info.txt"].decode()
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=bag.folder, check=True)  # noqa: S607


def test_pruning_twice_is_pruning_once_and_goes_on_with_newer_notices(bag: Bag) -> None:
    first = prune(bag.folder, bag.tell(bag.ids[2:4]).feed(), "Ada")
    files = bag.files()
    again = prune(bag.folder, bag.feed(), "Ada")
    assert {**again, "at": first["at"]} == first
    assert {path for path, data in bag.files().items() if path.startswith("data/") and data != files[path]} == set()
    done = prune(bag.folder, bag.tell(bag.ids[:3]).feed(), "Ben")
    assert (done["deleted"], done["notice"], names(bag.folder)) == (bag.ids[:4], 3, set(bag.ids[4:]))


def test_all_photos_of_a_shard_may_go(bag: Bag) -> None:
    assert prune(bag.folder, bag.tell(bag.ids[:3]).feed(), "Ada")["left"] == 4
    assert verify(open_copy(bag.folder)).faults == []


def test_without_pyarrow_its_tables_are_deleted_and_the_report_says_so(
    bag: Bag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    done = prune(bag.folder, bag.tell(bag.ids[2:4]).feed(), "Ada")
    assert done["absent"] == ["data/images.parquet", "data/people.parquet"]
    assert not list(bag.folder.rglob("*.parquet"))
    assert verify(open_copy(bag.folder)).missing == []


def test_a_copy_that_lacks_a_shard_is_pruned_and_tells_of_it(bag: Bag) -> None:
    (bag.folder / "data/shards/000001.tar").unlink()
    done = prune(bag.folder, bag.tell(bag.ids[:1]).feed(), "Ada")
    assert (done["absent"], done["left"]) == (["data/shards/000001.tar"], 3)
    assert verify(open_copy(bag.folder)).missing == []


def _truncated(bag: Bag) -> bytes:
    return json.dumps({"notices": bag.notices[:-1]}).encode()


def _without_the_first(bag: Bag) -> bytes:
    return json.dumps({"notices": bag.notices[1:]}).encode()


def _rewritten(bag: Bag) -> bytes:
    bag.notices[1]["notice"] = bag.notices[1]["notice"].replace(bag.ids[2], bag.ids[6])
    return bag.feed()


def _of_another_site(bag: Bag) -> bytes:
    other = Bag(bag.folder.parent / "other")
    return other.tell(bag.ids[:1]).tell(bag.ids[2:3]).feed()


def _cut_out(bag: Bag) -> bytes:
    bag.tell([])
    return json.dumps({"notices": [bag.notices[0], bag.notices[2]]}).encode()


BAD_FEEDS: dict[str, Callable[[Bag], bytes]] = {
    "the first is missing": _without_the_first,
    "one is changed": _rewritten,
    "another key": _of_another_site,
    "one is missing": _cut_out,
    "no feed": lambda _bag: b"<html>",
    "no list": lambda _bag: b'{"notices": {"a": 1}}',
    "empty": lambda _bag: b'{"notices": []}',
}


@pytest.mark.parametrize("name", BAD_FEEDS)
def test_a_feed_that_is_not_good_changes_nothing(bag: Bag, name: str) -> None:
    bag.tell(bag.ids[2:3])
    feed, before = BAD_FEEDS[name](bag), bag.files()
    with pytest.raises(Bad):
        prune(bag.folder, feed, "Ada")
    assert bag.files() == before


def test_a_feed_older_than_the_one_before_is_refused(bag: Bag) -> None:
    prune(bag.folder, bag.tell(bag.ids[2:3]).feed(), "Ada")
    before = bag.files()
    with pytest.raises(Bad, match="up to notice 2 already"):
        prune(bag.folder, _truncated(bag), "Ada")
    assert bag.files() == before


def test_a_feed_that_tells_otherwise_than_the_one_before_is_refused(bag: Bag) -> None:
    notices = list(bag.notices)
    prune(bag.folder, bag.tell(bag.ids[2:3]).feed(), "Ada")
    before, bag.notices = bag.files(), notices
    with pytest.raises(Bad, match="tells other notices"):
        prune(bag.folder, bag.tell(bag.ids[5:6]).tell([]).feed(), "Ada")
    assert bag.files() == before
    assert verify(open_copy(bag.folder)).faults == []


def test_a_damaged_copy_is_not_signed_off(bag: Bag) -> None:
    (bag.folder / "README.md").write_text("Do as you like.")
    before = bag.files()
    with pytest.raises(Bad, match=r"README\.md was changed"):
        prune(bag.folder, bag.tell(bag.ids[2:3]).feed(), "Ada")
    assert bag.files() == before


STOPPED = """
import os, signal, sys
from pathlib import Path
from releases.standalone import mpm_release
left = int(sys.argv[1])
def stop_at(event, args):
    global left
    if event in {"os.rename", "os.remove"} or (event == "open" and "w" in str(args[1] or "")):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(stop_at)
mpm_release.prune(Path(sys.argv[2]), Path(sys.argv[3]).read_bytes(), "Ada")
"""


def test_killed_at_any_step_it_is_finished_or_undone_by_the_next_call(bag: Bag, tmp_path: Path) -> None:
    feed = tmp_path / "feed.json"
    feed.write_bytes(bag.tell(bag.ids[2:4]).feed())
    whole = bag.files()
    ends: set[bool] = set()
    for step in (3, 11, 14, 18):
        for there in [path for path in bag.folder.rglob("*") if path.is_file()]:
            there.unlink()
        for path, data in whole.items():
            (bag.folder / path).write_bytes(data)
        done = subprocess.run([sys.executable, "-c", STOPPED, str(step), str(bag.folder), str(feed)], check=False)
        assert done.returncode == -signal.SIGKILL, step
        ends.add((bag.folder / "prune-journal.json").exists())
        report = prune(bag.folder, feed.read_bytes(), "Ada")
        assert (report["left"], names(bag.folder)) == (5, set(bag.ids) - set(bag.ids[2:4]))
        assert not [path for path in bag.files() if path.endswith((".pruned", "journal.json"))]
    assert ends == {True, False}


@pytest.mark.parametrize(
    "path", ["../precious.txt", "{}/precious.txt", "README.md", "data/../../precious.txt", "data/x"]
)
def test_a_journal_that_the_program_did_not_write_deletes_nothing(bag: Bag, path: str) -> None:
    precious = bag.folder.parent / "precious.txt"
    precious.write_text("mine")
    (bag.folder / "prune-journal.json").write_text(json.dumps([path.format(precious.parent)]))
    before = bag.files()
    with pytest.raises(Bad, match="not written by this program"):
        prune(bag.folder, bag.tell(bag.ids[2:3]).feed(), "Ada")
    assert (precious.read_text(), bag.files()) == ("mine", before)


def test_in_a_folder_that_is_no_release_nothing_is_deleted(tmp_path: Path) -> None:
    for name, text in (("prune-journal.json", '["a.txt"]'), ("a.txt", "mine"), ("b.pruned", "mine")):
        (tmp_path / name).write_text(text)
    with pytest.raises(Bad, match="not a release"):
        prune(tmp_path, b'{"notices": []}', "Ada")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.pruned", "prune-journal.json"]


def test_somebody_elses_files_stay_whatever_they_are_called(bag: Bag) -> None:
    (bag.folder / "plums.pruned").write_text("mine")
    with pytest.raises(Bad, match=r"plums\.pruned does not belong"):
        prune(bag.folder, bag.tell(bag.ids[2:3]).feed(), "Ada")
    assert (bag.folder / "plums.pruned").read_text() == "mine"


def test_through_a_link_to_another_folder_nothing_is_deleted(bag: Bag) -> None:
    elsewhere = bag.folder.parent / "elsewhere"
    (bag.folder / "data").rename(elsewhere)
    (bag.folder / "data").symlink_to(elsewhere)
    (bag.folder / "prune-journal.json").write_text('["data/annotations.json"]')
    with pytest.raises(Bad, match="does not lie in this folder"):
        prune(bag.folder, bag.tell(bag.ids[2:3]).feed(), "Ada")
    assert (elsewhere / "annotations.json").exists()


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The program as a recipient runs it: alone, out of the release, without this project."""
    command = [sys.executable, "-I", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})


def test_a_recipient_runs_the_program_out_of_the_release(bag: Bag, tmp_path: Path) -> None:
    program, feed = bag.folder / "mpm_release.py", tmp_path / "feed.json"
    feed.write_bytes(bag.tell(bag.ids[2:4]).feed())
    good = run(program, "verify", bag.folder)
    assert (good.returncode, good.stdout[:36]) == (0, "Good: release own 2, 7 pictures, sig")
    said = run(program, "prune", bag.folder, "--feed", feed, "--signed-off-by", "Ada")
    assert said.stdout.startswith("Up to notice 2, 2 photos are deleted; 5 are left. Now send in ")
    report: dict[str, Any] = json.loads((bag.folder / "prune-report.json").read_bytes())
    assert (report["signed_off_by"], report["tool_sha256"]) == ("Ada", hex_of(program.read_bytes()))
    (bag.folder / "README.md").unlink()
    bad = run(program, "verify", bag.folder)
    assert (bad.returncode, bad.stderr) == (
        1,
        "NOT GOOD. README.md is missing.\nREADME.md is not what SHA256SUMS says.\n",
    )
