"""The tree: its proofs are those of RFC 9162 by a second implementation, and no other proof is accepted."""

import functools
import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.proofs import tree
from audit.proofs.consistency import check_consistency
from audit.standalone.verify_log import Bad, check_inclusion, leaf_hash, root_hash
from tests.audit import naive

RFC = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
SMALL = 130
EDGES = [255, 256, 257, 300, 511, 512, 513]
BIG = [65_535, 65_536, 65_537, 66_000]


class Files(dict[str, bytes]):
    """Tiles in memory; notes which were read."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def read(self, path: str) -> bytes:
        self.asked.append(path)
        if path not in self:
            raise FileNotFoundError(path)
        return self[path]


def entries(size: int) -> list[bytes]:
    return [index.to_bytes(3, "big") for index in range(size)]


@functools.cache
def tiles(size: int) -> Files:
    files = Files()
    files.update(tree.grow(files.read, 0, [leaf_hash(one) for one in entries(size)]))
    return files


@functools.cache
def root(size: int) -> bytes:
    return naive.mth(entries(size))


def mutations(proof: list[bytes], seed: int) -> Iterator[list[bytes]]:
    """The proof with one bit changed, one hash dropped, added, cut short or swapped with another."""
    rng = random.Random(seed)  # noqa: S311
    other = rng.randbytes(32)
    yield [*proof, other]
    yield [other, *proof]
    if proof:
        at, bit = rng.randrange(len(proof)), rng.randrange(256)
        changed = (int.from_bytes(proof[at], "big") ^ 1 << bit).to_bytes(32, "big")
        yield [*proof[:at], changed, *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
        yield [*proof[:at], proof[at][:-1], *proof[at + 1 :]]
        yield [*proof, proof[-1]]
    if len(proof) > 1:
        yield [proof[1], proof[0], *proof[2:]]
        yield [proof[0] + proof[1], *proof[2:]]


def refused(check: Callable[..., None], **claim: object) -> bool:
    try:
        check(**claim)
    except Bad:
        return True
    return False


@pytest.mark.requirement("L1")
@pytest.mark.parametrize("size", range(9))
def test_the_eight_leaves_of_the_rfcs_examples_have_one_root_by_every_way(size: int) -> None:
    leaves = [bytes.fromhex(one) for one in RFC[:size]]
    grown, files = tree.Tree(), Files()
    for leaf in leaves:
        grown.append(leaf_hash(leaf))
    files.update(tree.grow(files.read, 0, [leaf_hash(one) for one in leaves]))
    joined = b"".join(leaf_hash(one) for one in leaves)
    assert grown.root() == root_hash(joined) == tree.root(files.read, size) == naive.mth(leaves)


@pytest.mark.requirement("L1")
def test_the_root_of_the_eight_leaves_is_the_published_one() -> None:
    published = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert naive.mth([bytes.fromhex(one) for one in RFC]).hex() == published


@pytest.mark.requirement("L1")
def test_every_inclusion_proof_is_the_naive_one_and_every_changed_one_is_refused() -> None:
    vectors = 0
    for size in [*range(1, SMALL), *EDGES]:
        indexes = range(size) if size < SMALL else {0, 1, 127, 128, 254, 255, 256, size - 2, size - 1} & {*range(size)}
        for index in indexes:
            proof = tree.inclusion(tiles(size).read, index, size)
            leaf = leaf_hash(entries(size)[index])
            assert proof == naive.path(index, entries(size))
            claim = {"root": root(size), "size": size, "index": index, "leaf": leaf, "proof": proof}
            assert not refused(check_inclusion, **claim)
            wrong: list[dict[str, object]] = [{"proof": one} for one in mutations(proof, size * 1000 + index)]
            wrong += [{"index": index + 1}, {"index": index - 1}, {"index": index ^ 2}, {"size": index}]
            wrong += [{"leaf": leaf_hash(b"other")}, {"root": leaf}] if size > 1 else []
            assert all(refused(check_inclusion, **{**claim, **one}) for one in wrong), (size, index)
            vectors += 1 + len(wrong)
    assert vectors >= 5_000


@pytest.mark.requirement("L1")
def test_every_consistency_proof_is_the_naive_one_and_every_changed_one_is_refused() -> None:
    vectors = 0
    for size in [*range(1, SMALL), *EDGES]:
        olds = range(size + 1) if size < SMALL else {0, 1, 128, 255, 256, 257, size - 1, size} & {*range(size + 1)}
        for old in olds:
            proof = tree.consistency(tiles(size).read, old, size)
            assert proof == naive.consistency(old, entries(size))
            claim = {"old_size": old, "old_root": root(old), "size": size, "root": root(size), "proof": proof}
            assert not refused(check_consistency, **claim)
            wrong: list[dict[str, object]] = [{"proof": one} for one in mutations(proof, size * 1000 + old)]
            wrong += [{"old_root": leaf_hash(b"other")}, {"old_size": old - 1}, {"old_size": size + 1}]
            wrong += [{"root": leaf_hash(b"other")}, {"old_size": old + 1}] if old else []
            wrong += [{"old_root": root(size), "root": root(old)}] if old < size else []
            assert all(refused(check_consistency, **{**claim, **one}) for one in wrong), (size, old)
            vectors += 1 + len(wrong)
    assert vectors >= 5_000


@pytest.mark.requirement("L1")
@pytest.mark.parametrize("size", BIG)
def test_proofs_stay_right_where_a_third_level_of_tiles_begins(size: int) -> None:
    files, whole = tiles(size), root_hash(b"".join(leaf_hash(one) for one in entries(size)))
    assert tree.root(files.read, size) == whole
    for index in (0, 255, 256, 65_279, 65_280, size - 1):
        proof = tree.inclusion(files.read, index, size)
        check_inclusion(root=whole, size=size, index=index, leaf=leaf_hash(entries(size)[index]), proof=proof)
    for old in (1, 255, 256, 257, 32_768, 65_280, 65_535, size):
        first = root_hash(b"".join(leaf_hash(one) for one in entries(old)))
        proof = tree.consistency(files.read, old, size)
        check_consistency(old_size=old, old_root=first, size=size, root=whole, proof=proof)


def test_inclusion_and_consistency_refuse_what_the_tree_does_not_have() -> None:
    for index, size in ((5, 5), (-1, 5), (0, 0)):
        with pytest.raises(ValueError, match="no entry"):
            tree.inclusion(tiles(5).read, index, size)
    with pytest.raises(ValueError, match="no earlier"):
        tree.consistency(tiles(5).read, 6, 5)


@given(st.lists(st.integers(0, 700), max_size=6))
def test_tiles_grown_in_steps_are_those_of_the_specification(steps: list[int]) -> None:
    files, size = Files(), 0
    for step in steps:
        added = [leaf_hash(one) for one in entries(size + step)[size:]]
        files.update(tree.grow(files.read, size, added))
        size += step
    joined = b"".join(leaf_hash(one) for one in entries(size))
    above = b"".join(root_hash(joined[at : at + 8192]) for at in range(0, len(joined) // 8192 * 8192, 8192))
    for level, hashes in enumerate((joined, above)):
        for at in range(0, len(hashes), 8192):
            tile = hashes[at : at + 8192]
            assert files[tree.tile_path(level, at // 8192, len(tile) // 32)] == tile
    assert tree.root(files.read, size) == root_hash(joined)


def test_growing_by_one_reads_only_the_right_edge() -> None:
    files = Files()
    files.update(tiles(66_000))
    files.asked = []
    grown = tree.grow(files.read, 66_000, [leaf_hash(b"next")])
    assert files.asked == ["tile/0/257.p/208"]
    assert list(grown) == ["tile/0/257.p/209"]


def test_nothing_added_changes_no_tile() -> None:
    assert tree.grow(tiles(5).read, 5, []) == {}


def test_a_partial_tile_that_is_gone_is_read_from_the_full_one() -> None:
    files = Files()
    files.update({path: content for path, content in tiles(256).items() if ".p/" not in path})
    assert tree.root(files.read, 100) == root(100)
    assert tree.inclusion(files.read, 7, 100) == naive.path(7, entries(100))


def test_a_missing_tile_and_one_cut_short_are_refused() -> None:
    with pytest.raises(FileNotFoundError):
        tree.root(Files().read, 100)
    with pytest.raises(ValueError, match="cut short"):
        tree.root(lambda _path: bytes(31), 1)


@pytest.mark.parametrize(
    ("index", "width", "path"),
    [
        (0, 256, "tile/3/000"),
        (999, 1, "tile/3/999.p/1"),
        (1_000, 256, "tile/3/x001/000"),
        (1_234_067, 255, "tile/3/x001/x234/067.p/255"),
    ],
)
def test_tiles_are_named_as_the_specification_says(index: int, width: int, path: str) -> None:
    assert tree.tile_path(3, index, width) == path
    assert tree.bundle_path(index, width) == path.replace("/3/", "/entries/")


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_gives_its_entries_back(found: list[bytes]) -> None:
    assert tree.entries(tree.bundle(found)) == found


@given(st.binary(max_size=200))
def test_any_bytes_are_a_bundle_or_refused(content: bytes) -> None:
    try:
        found = tree.entries(content)
    except ValueError:
        return
    assert tree.bundle(found) == content


def test_an_entry_too_long_for_a_bundle_is_refused() -> None:
    with pytest.raises(ValueError, match="65535"):
        tree.bundle([bytes(65_536)])
