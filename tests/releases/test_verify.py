"""`mpm_release.py verify`: whoever holds a release finds any byte that is not as it was signed."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from releases.standalone.mpm_release import Bad, open_copy, prune, verify
from tests.releases.bags import Bag, lines

pytestmark = pytest.mark.requirement("D7")
FLIPS = 5


@pytest.fixture
def bag(tmp_path: Path) -> Bag:
    return Bag(tmp_path / "copy")


def faults(folder: Path) -> list[str]:
    try:
        standing = verify(open_copy(folder))
    except Bad as error:
        return [str(error)]
    return [*standing.faults, *standing.missing]


def test_a_copy_as_it_was_signed_is_good_before_and_after_it_is_pruned(bag: Bag) -> None:
    assert faults(bag.folder) == []
    prune(bag.folder, bag.tell([]).tell(bag.ids[1:2]).feed(), "Ada")
    assert faults(bag.folder) == []


@pytest.mark.parametrize("is_pruned", [False, True], ids=["fetched", "pruned"])
def test_any_flipped_bit_of_any_file_is_found(bag: Bag, is_pruned: bool) -> None:
    if is_pruned:
        prune(bag.folder, bag.tell([]).tell(bag.ids[1:2]).feed(), "Ada")
    random = Random(9)  # noqa: S311 - places, no secrets
    for path, data in sorted(bag.files().items()):
        for place in {0, len(data) - 1, *(random.randrange(len(data)) for _ in range(FLIPS))}:
            changed = bytearray(data)
            changed[place] ^= 1 << random.randrange(8)
            (bag.folder / path).write_bytes(changed)
            assert faults(bag.folder), f"byte {place} of {path}"
        (bag.folder / path).write_bytes(data)
    assert faults(bag.folder) == []


@pytest.mark.parametrize("is_pruned", [False, True], ids=["fetched", "pruned"])
def test_a_file_less_or_more_or_under_another_name_is_found(bag: Bag, is_pruned: bool) -> None:
    if is_pruned:
        prune(bag.folder, bag.tell([]).tell(bag.ids[1:2]).feed(), "Ada")
    for path, data in sorted(bag.files().items()):
        file = bag.folder / path
        file.unlink()
        assert faults(bag.folder), f"without {path}"
        file.with_name("other").write_bytes(data)
        assert faults(bag.folder), f"{path} renamed"
        file.write_bytes(data)
        assert faults(bag.folder), f"a copy of {path}"
        file.with_name("other").unlink()
        file.write_bytes(data + b"\0")
        assert faults(bag.folder), f"{path} with more"
        file.write_bytes(data)


def _readme(bag: Bag, files: dict[str, bytes]) -> None:
    files["README.md"] += b"Do as you like.\n"


def _shard(bag: Bag, files: dict[str, bytes]) -> None:
    files["data/shards/000000.tar"], files["data/shards/000001.tar"] = (
        files["data/shards/000001.tar"],
        files["data/shards/000000.tar"],
    )


def _another_key(bag: Bag, files: dict[str, bytes]) -> None:
    files["manifest.sig"] = Bag(bag.folder.parent / "other").key.sign(files["manifest.json"])


def _more(bag: Bag, files: dict[str, bytes]) -> None:
    files["data/more.txt"] = b"more"


@pytest.mark.parametrize("change", [_readme, _shard, _another_key, _more], ids=["paper", "shards", "key", "more"])
def test_a_change_that_is_written_into_the_lists_too_is_found(
    bag: Bag, change: Callable[[Bag, dict[str, bytes]], None]
) -> None:
    files = bag.files()
    change(bag, files)
    write_with_lists(bag, files)
    assert faults(bag.folder)


def write_with_lists(bag: Bag, files: dict[str, bytes]) -> None:
    files["manifest-sha256.txt"] = lines({path: data for path, data in files.items() if path.startswith("data/")})
    tags = {path: data for path, data in files.items() if not path.startswith("data/")}
    del tags["tagmanifest-sha256.txt"], tags["SHA256SUMS"]
    files["tagmanifest-sha256.txt"] = lines(tags)
    del files["SHA256SUMS"]
    files["SHA256SUMS"] = lines(files)
    for path, data in files.items():
        (bag.folder / path).write_bytes(data)


@pytest.mark.parametrize("path", ["data/shards/000000.tar", "data/annotations.json", "data/people.parquet"])
def test_a_photo_that_is_put_back_into_a_pruned_copy_is_found(bag: Bag, path: str) -> None:
    before = bag.files()[path]
    prune(bag.folder, bag.tell([]).tell(bag.ids[1:2]).feed(), "Ada")
    write_with_lists(bag, bag.files() | {path: before})
    assert any(fault.startswith(path) for fault in faults(bag.folder))


@pytest.mark.parametrize("name", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_a_list_that_leaves_a_file_out_is_found(bag: Bag, name: str) -> None:
    files = bag.files()
    files[name] = b"".join(files[name].splitlines(keepends=True)[1:])
    del files["SHA256SUMS"]
    files["SHA256SUMS"] = lines(files)
    for path in (name, "SHA256SUMS"):
        (bag.folder / path).write_bytes(files[path])
    assert f"{name} and SHA256SUMS differ." in faults(bag.folder)


def test_a_link_to_a_file_elsewhere_is_no_file_of_the_release(bag: Bag) -> None:
    target = bag.folder.parent / "README.md"
    (bag.folder / "README.md").rename(target)
    (bag.folder / "README.md").symlink_to(target)
    assert faults(bag.folder) == ["README.md is not what SHA256SUMS says.", "README.md was changed."]


def test_a_release_signed_by_somebody_else_is_found_with_the_key_that_was_given_apart(bag: Bag) -> None:
    other = Bag(bag.folder.parent / "other")
    pem = (bag.folder / "public-key.pem").read_bytes()
    assert open_copy(bag.folder, pem)
    with pytest.raises(Bad, match="signed with another key"):
        open_copy(other.folder, pem)
