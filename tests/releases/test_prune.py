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

from releases.standalone.mpm_release import Bad, fingerprint, main, open_copy, prune, verify
from tests.releases.bags import Bag, hex_of

pytestmark = pytest.mark.requirement("D7")
TAKEN_BACK = {"state": "retracted", "day": "2026-02-03", "reason": "Some ages are wrong."}


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


def test_a_copy_without_any_picture_is_not_reported_as_pruned(bag: Bag) -> None:
    for shard in bag.folder.glob("data/shards/*.tar"):
        shard.unlink()
    before = bag.files()
    with pytest.raises(Bad, match="no picture in this copy of release own 2: of its 3 files") as refused:
        prune(bag.folder, bag.tell(bag.ids[2:3]).feed(), "Ada")
    assert (refused.value.code, bag.files()) == (4, before)


def test_a_copy_that_lacks_a_shard_is_pruned_and_tells_of_it(bag: Bag) -> None:
    (bag.folder / "data/shards/000001.tar").unlink()
    done = prune(bag.folder, bag.tell(bag.ids[:1]).feed(), "Ada")
    assert (done["absent"], done["left"]) == (["data/shards/000001.tar"], 3)
    assert verify(open_copy(bag.folder)).missing == []


def _truncated(bag: Bag) -> bytes:
    return bag.feed(bag.notices[:-1])


def _without_the_first(bag: Bag) -> bytes:
    return bag.feed(bag.notices[1:])


def _rewritten(bag: Bag) -> bytes:
    bag.notices[1]["notice"] = bag.notices[1]["notice"].replace(bag.ids[2], bag.ids[6])
    return bag.feed()


def _of_another_site(bag: Bag) -> bytes:
    other = Bag(bag.folder.parent / "other")
    return other.tell(bag.ids[:1]).tell(bag.ids[2:3]).feed()


def _cut_out(bag: Bag) -> bytes:
    bag.tell([])
    return bag.feed([bag.notices[0], bag.notices[2]])


def _cut_off(bag: Bag) -> bytes:
    """All that is there is signed, but the newest notice is not."""
    feed = json.loads(bag.feed())
    return json.dumps({**feed, "notices": feed["notices"][:-1]}).encode()


def _of_no_release(bag: Bag) -> bytes:
    return json.dumps({**json.loads(bag.feed()), "status": []}).encode()


def _not_taken_back(bag: Bag) -> bytes:
    """What is signed says otherwise."""
    bag.here = TAKEN_BACK
    return bag.feed().replace(b"retracted", b"published")


BAD_FEEDS: dict[str, Callable[[Bag], bytes]] = {
    "the first is missing": _without_the_first,
    "one is changed": _rewritten,
    "another key": _of_another_site,
    "one is missing": _cut_out,
    "the newest is cut off": _cut_off,
    "no word on the release": _of_no_release,
    "the release is said to stand": _not_taken_back,
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


def test_a_feed_that_does_not_know_any_more_that_the_release_was_taken_back_is_refused(bag: Bag) -> None:
    feed, bag.here = bag.feed(), TAKEN_BACK
    prune(bag.folder, bag.feed(), "Ada")
    with pytest.raises(Bad, match="by a newer feed than this one"):
        prune(bag.folder, feed, "Ada")


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


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The program with these arguments: exit code, output, complaints."""

    def _run(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["mpm_release.py", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        return code, *capsys.readouterr()

    return _run


def alone(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The program as a recipient runs it: alone, out of the release, without this project."""
    command = [sys.executable, "-I", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})


def test_a_recipient_runs_the_program_out_of_the_release(bag: Bag, tmp_path: Path) -> None:
    program, feed = bag.folder / "mpm_release.py", tmp_path / "feed.json"
    feed.write_bytes(bag.tell(bag.ids[2:4]).feed())
    done = alone(program, "prune", bag.folder, "--feed", feed, "--signed-off-by", "Ada")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "Up to notice 2: 2 photos deleted; 5 photos left.")
    report: dict[str, Any] = json.loads((bag.folder / "prune-report.json").read_bytes())
    assert (report["signed_off_by"], report["tool_sha256"]) == ("Ada", hex_of(program.read_bytes()))
    (bag.folder / "README.md").unlink()
    bad = alone(program, "verify", bag.folder)
    assert (bad.returncode, bad.stderr) == (
        1,
        "NOT GOOD. README.md is missing.\nREADME.md is not what SHA256SUMS says.\n",
    )


def test_what_is_to_be_deleted_is_said_before_and_after(bag: Bag, tmp_path: Path, run: Run) -> None:
    folder, feed, key = bag.folder, tmp_path / "feed.json", fingerprint(bag.key.public_key())
    feed.write_bytes(bag.tell(bag.ids[2:3]).feed())
    code, said, _ = run("verify", folder)
    assert (code, said[:33], f"Signed with key {key}\n" in said) == (0, "Good: release own 2, 7 pictures.\n", True)
    code, _, said = run("verify", folder, "--feed", feed, "--key", key.replace(" ", ":").upper())
    assert (code, said[:81]) == (
        5,
        "NOT YET PRUNED. Taken back, and still in this copy: 1 photo. Prune it now.\nSigned",
    )
    pruning = ("prune", folder, "--feed", feed, "--signed-off-by", "Ada")
    code, said, _ = run(*pruning)
    assert (code, said[:60]) == (0, "Up to notice 2: 1 photo deleted; 6 photos left.\nNow send in ")
    bag.here = {"state": "superseded", "day": "2026-02-03", "until": "2026-05-04"}
    feed.write_bytes(bag.feed())
    for command in (("verify", folder, "--feed", feed), pruning):
        code, said, _ = run(*command)
        hint = "Hint: release own 3 took the place of this one on 2026-02-03. Get it by 2026-05-04; delete this.\n"
        assert (code, said.endswith(hint)) == (0, True)


@pytest.mark.requirement("D10")
def test_of_a_release_that_was_taken_back_nothing_is_called_good_any_more(bag: Bag, tmp_path: Path, run: Run) -> None:
    folder, feed, bag.here = bag.folder, tmp_path / "feed.json", TAKEN_BACK
    feed.write_bytes(bag.tell(bag.ids[2:3]).feed())
    verifying = ("verify", folder, "--feed", feed)
    pruning = ("prune", folder, "--feed", feed, "--signed-off-by", "Ada")
    is_loud(*run(*verifying))
    is_loud(*run(*pruning))
    assert len(names(folder)) == 6
    # From now on the copy itself tells of it.
    is_loud(*run(*verifying[:2]))
    for shard in folder.glob("data/shards/*.tar"):
        shard.unlink()
    is_loud(*run(*pruning))
    (folder / "README.md").unlink()
    is_loud(*run(*verifying))


def is_loud(code: int, said: str, complaint: str) -> None:
    assert (code, said, "Good" in complaint) == (3, "", False)
    assert complaint.startswith(
        "TAKEN BACK. Release own 2 was taken back on 2026-02-03. Do not use it any more. Use release own 3 instead.\n"
        "Why: Some ages are wrong.\nWhat to do: stop what runs with it. Delete this folder,"
    )


def test_what_cannot_be_done_is_said_in_words(bag: Bag, tmp_path: Path, run: Run) -> None:
    none = tmp_path / "none"
    assert run("verify", none) == (1, "", f"NOT GOOD. There is no folder {none}.\n")
    assert run("verify", tmp_path)[2] == (
        f"NOT GOOD. {tmp_path} is not a release: {tmp_path}/public-key.pem is not there.\n"
    )
    assert run("verify", bag.folder, "--key", none)[2] == f"NOT GOOD. {none} is not there.\n"
    assert "NOT GOOD. It is signed with another key: " in run("verify", bag.folder, "--key", "0" * 64)[2]
    code, _, said = run()
    assert (code, said.endswith("say what to do: fetch, verify or prune. --help tells more.\n")) == (2, True)
