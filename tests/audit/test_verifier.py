"""The stand-alone verifier: one short file that finds whatever was changed in an export or a proof, and where."""

import ast
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

from audit.standalone import verify_log
from audit.standalone.verify_log import Bad, Checkpoint, check_export, check_proof, dump, open_checkpoint
from tests.audit import made
from tests.audit.made import KEY, VKEY, checkpoint, cosigned, export, leaf, leaves, proof

SIZE = 64
PROGRAM = Path(verify_log.__file__)
ENTRIES = leaves(SIZE)
NOTE = checkpoint(ENTRIES)
GOOD = export(ENTRIES, NOTE)
PROOF = proof(11, ENTRIES)


def first_bad(lines: Sequence[str | bytes], kept: Sequence[Checkpoint] = ()) -> int | None:
    with pytest.raises(Bad) as refused:
        check_export(lines, key=KEY, kept=kept)
    return refused.value.index


def kept(*sizes: int) -> list[Checkpoint]:
    return [open_checkpoint(checkpoint(ENTRIES[:size]), KEY) for size in sizes]


def test_a_good_export_and_its_checkpoint_are_accepted() -> None:
    found = check_export(GOOD, key=KEY, kept=kept(1, 40, 64))
    assert found.size == SIZE
    assert found.root == open_checkpoint(NOTE, KEY).root
    assert found.chain.hex() in GOOD[-1]
    assert found == check_export([line.encode() for line in GOOD], key=KEY)


def test_a_checkpoint_may_be_older_than_the_export_and_an_empty_log_is_a_log() -> None:
    assert check_export(export(ENTRIES, checkpoint(ENTRIES[:60])), key=KEY).size == SIZE
    assert check_export(export([], checkpoint([])), key=KEY).size == 0
    assert check_export(export([], None), key=None).checkpoint is None


@pytest.mark.requirement("L2")
@pytest.mark.parametrize("step", [61, pytest.param(1, marks=pytest.mark.soak)])
def test_every_changed_bit_of_an_export_is_found_where_it_is(step: int) -> None:
    """With a step of 61 bits every place of a line has its turn in one of the 64 lines."""
    raw = [line.encode() for line in GOOD]
    for index, line in enumerate(raw):
        for place in range(index % step, len(line) * 8, step):
            at, bit = divmod(place, 8)
            changed = line[:at] + bytes([line[at] ^ 1 << bit]) + line[at + 1 :]
            found = first_bad(b"".join([*raw[:index], changed, *raw[index + 1 :]]).splitlines(keepends=True))
            # In the last line, which is of no entry, a smaller size may be told: then that is where it goes wrong.
            assert index in (found, SIZE), (index, at, bit)


@pytest.mark.requirement("L2")
@pytest.mark.parametrize("at", [0, 1, 31, 62])
def test_a_dropped_doubled_inserted_or_swapped_entry_is_named(at: int) -> None:
    assert first_bad([*GOOD[:at], *GOOD[at + 1 :]]) == at
    assert first_bad([*GOOD[: at + 1], *GOOD[at:]]) == at + 1
    assert first_bad([*GOOD[:at], export(leaves(at + 1), None)[at].replace("photo-", "other-"), *GOOD[at:]]) == at
    assert first_bad([*GOOD[:at], GOOD[at + 1], GOOD[at], *GOOD[at + 2 :]]) == at


@pytest.mark.requirement("L2")
def test_a_cut_off_export_is_found_whether_or_not_its_end_was_rewritten() -> None:
    assert first_bad(GOOD[:50]) == 50
    assert first_bad([*GOOD[:50], GOOD[-1]]) == 50
    assert first_bad([]) == 0
    assert first_bad([*GOOD[:-1], GOOD[-1].removesuffix("\n")]) == SIZE
    assert first_bad(export(ENTRIES[:50], NOTE)) == 50


@pytest.mark.requirement("L2")
def test_what_stands_behind_the_end_is_found() -> None:
    longer = export(leaves(SIZE + 1), NOTE)
    assert first_bad([*longer[:-1], GOOD[-1]]) == SIZE
    assert first_bad([*GOOD, GOOD[-1]]) is not None
    assert first_bad([*GOOD, "\n"]) is not None


@pytest.mark.requirement("L2")
def test_a_history_rewritten_and_signed_again_is_found_by_the_checkpoints_kept_earlier() -> None:
    forked = [*ENTRIES[:45], leaf(45, "forged"), *ENTRIES[46:]]
    lines = export(forked, checkpoint(forked))
    assert check_export(lines, key=KEY).size == SIZE
    assert first_bad(lines, kept(10, 40, 50, 60)) == 40
    assert check_export(lines, key=KEY, kept=kept(40, 45)).size == SIZE
    assert first_bad(export(forked, NOTE)) == 0


@pytest.mark.requirement("L2")
def test_a_rollback_is_found_by_a_checkpoint_kept_earlier() -> None:
    rolled_back = export(ENTRIES[:40], checkpoint(ENTRIES[:40]))
    assert check_export(rolled_back, key=KEY).size == 40
    assert first_bad(rolled_back, kept(30, 50)) == 40


def test_an_export_without_a_checkpoint_or_by_another_key_is_refused_when_the_key_is_given() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    for note in (None, "", "null", checkpoint(ENTRIES, other), checkpoint(ENTRIES, other, "elsewhere")):
        with pytest.raises(Bad):
            check_export(export(ENTRIES, note), key=KEY)


def test_an_entry_that_is_not_one_is_refused_although_its_hashes_are_right() -> None:
    five = leaf(5)
    for wrong in (
        leaf(6),
        five.replace('"index":5', '"index":"5"'),
        five.replace('"index":5', '"index":5.0'),
        five.replace('"actor"', '"action"'),
        five.replace('"action":"', '"action":"photo:withdrawn","action":"'),
        five.replace('"data":{', '"data":{},"data":{'),
        five.replace('"data":{', '"data":{"word":"first",'),
        five.replace('"data":{', '"data":{"a":1.50,'),
        five.replace('"data":{', '"data":{"a":NaN,'),
        five.replace('"data":{', '"data":{},"evil":{'),
        five.replace("photo", "\\u0070hoto"),
        five.replace(",", ", ", 1),
        five.replace('"photo:received"', '"photo received"'),
        five.replace('"photo:received"', "5"),
        five.replace('"photo:received"', '"\\u001b[2J"'),
        five.replace('"index":5', '"index":5,"nonce":5'),
        five.replace('"subject"', '"also":1,"subject"'),
        "[5]",
        '"5"',
        "5",
        "null",
        "",
    ):
        assert first_bad(export([*ENTRIES[:5], wrong], None)) == 5
    assert first_bad(export([*leaves(1), leaf(1).replace('"index":1', '"index":true')], None)) == 1


def test_an_entry_from_before_there_were_nonces_is_one() -> None:
    old = leaf(0).replace(f'"nonce":"{0:032x}",', "")
    assert "nonce" not in old
    assert check_export(export([old, *ENTRIES[1:]], None), key=None).size == SIZE


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
        b'{"chain":' + b"[" * 900 + b"]" * 900 + b',"checkpoint":null,"size":0}\n',
        b'{"chain":"","checkpoint":' + b"[" * 900 + b"]" * 900 + b',"size":0}\n',
        b'{"chain":"","checkpoint":null,"size":' + b"9" * 5_000 + b"}\n",
        b'{"chain":"","checkpoint":null,"size":NaN}\n',
        b'{"chain":"","checkpoint":null,"size":1e999}\n',
        b'{"chain":"","checkpoint":{"a":1},"size":0}\n',
        b'{"chain":1,"index":0,"leaf":["a"],"leaf_hash":null}\n',
        b'{"chain":1,"index":0,"leaf":5,"leaf_hash":null}\n',
        b'{"chain":1,"index":0,"leaf":"\\ud800","leaf_hash":null}\n',
        dump({"chain": "", "index": 0, "leaf": leaf(0, "\ud800"), "leaf_hash": ""}).encode() + b"\n",
        dump({"chain": "", "index": 0, "leaf": leaf(0).replace("made", "\ud800"), "leaf_hash": ""}).encode() + b"\n",
        dump({"chain": "", "index": 0, "leaf": "[" * 90_000, "leaf_hash": ""}).encode() + b"\n",
        b"\n",
        b"",
    ],
)
def test_the_worst_lines_are_refused(line: bytes) -> None:
    assert first_bad([line]) == 0
    assert first_bad([line.decode(errors="surrogateescape")]) == 0


def test_a_good_proof_says_which_entry_is_under_which_checkpoint() -> None:
    index, entry, under = check_proof(PROOF, KEY)
    assert (index, entry["subject"], under.size, under.origin) == (11, "photo-11", SIZE, made.NAME)
    assert check_proof(proof(0, leaves(1)), KEY)[0] == 0


@pytest.mark.requirement("L7")
@pytest.mark.parametrize("bit", range(8))
def test_every_changed_bit_of_a_proof_is_found(bit: int) -> None:
    raw = PROOF.encode()
    for at in range(len(raw)):
        changed = raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]
        with pytest.raises(Bad):
            check_proof(changed.decode(errors="surrogateescape"), KEY)


@pytest.mark.requirement("L7")
def test_a_proof_of_another_place_or_log_is_refused() -> None:
    path, note = PROOF.split("\n\n", 1)
    lines = path.split("\n")
    wrong = [
        PROOF.replace("index 11", "index 10"),
        PROOF.replace("index 11", "index 011"),
        "\n".join([*lines, lines[-1]]) + "\n\n" + note,
        "\n".join(lines[:-1]) + "\n\n" + note,
        "\n".join([*lines[:3], lines[4], lines[3], *lines[5:]]) + "\n\n" + note,
        path + "\n\n" + checkpoint(ENTRIES[:63]),
        path + "\n\n" + checkpoint(ENTRIES, Ed25519PrivateKey.from_private_bytes(bytes(32))),
        PROOF.replace("@v1", "@v2"),
    ]
    for text in wrong:
        with pytest.raises(Bad):
            check_proof(text, KEY)


def test_an_entry_proven_at_a_place_that_it_does_not_name_is_refused() -> None:
    with pytest.raises(Bad, match="First bad index 3"):
        check_proof(proof(3, [*ENTRIES[:3], leaf(9), *ENTRIES[4:]]), KEY)


pieces = st.binary(max_size=30) | st.sampled_from([b"\n", b"{", b'"', b"\xed\xa0\x80", b"[" * 3000, b"9" * 5000])


def changed(raw: bytes) -> st.SearchStrategy[bytes]:
    """The bytes with a piece of them replaced."""
    places = st.integers(0, len(raw))
    return st.builds(lambda at, end, new: raw[:at] + new + raw[end:], places, places, pieces)


@given(st.binary(max_size=400) | changed("".join(export(leaves(4), checkpoint(leaves(4)))).encode()))
def test_any_bytes_are_an_export_or_refused(raw: bytes) -> None:
    for lines in (raw.splitlines(keepends=True), raw.decode(errors="surrogateescape").splitlines(keepends=True)):
        try:
            assert check_export(lines, key=KEY).root == open_checkpoint(checkpoint(leaves(4)), KEY).root
        except Bad:
            continue


@given(st.binary(max_size=400) | changed(PROOF.encode()) | changed(cosigned(PROOF, 7).encode()))
@example(PROOF.replace("\n\n", "\n" + "A" * 44 + "\n\n").encode())
def test_any_bytes_are_a_proof_or_refused(raw: bytes) -> None:
    try:
        index, entry, _ = check_proof(raw.decode(errors="surrogateescape"), KEY)
    except Bad:
        return
    assert (index, dump(entry)) == (11, ENTRIES[11])


def run(*arguments: object, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-I", str(PROGRAM), *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, check=False)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "export").write_text("".join(GOOD))
    (tmp_path / "proof").write_text(cosigned(PROOF, 7))
    (tmp_path / "key").write_text(VKEY + "\n")
    (tmp_path / "kept").write_text(checkpoint(ENTRIES[:40]))
    return tmp_path


def test_the_program_verifies_an_export(files: Path) -> None:
    for done in (
        run("export", files / "export", "--key", files / "key", "--kept", files / "kept"),
        run("export", "-", "--key", VKEY, "--kept", files / "kept", stdin="".join(GOOD).encode()),
    ):
        assert done.returncode == 0, done.stderr
        assert b"64 entries are good, 0 under no checkpoint; 1 kept agree." in done.stdout
        assert b"checkpoint of size 64 of log 'log.example.org/log'" in done.stdout
        assert b"NO SIGNATURE" not in done.stdout


def test_the_program_says_plainly_that_signatures_were_not_checked(files: Path) -> None:
    for what in ("export", "proof"):
        done = run(what, files / what)
        assert done.returncode == 0
        assert b"NO SIGNATURE WAS CHECKED" in done.stdout


def test_the_program_verifies_a_proof_and_names_who_signed_beside_the_log(files: Path) -> None:
    done = run("proof", files / "proof", "--key", VKEY)
    assert done.returncode == 0, done.stderr
    for part in ("Entry 11", "photo:received", "photo-11", "2026-01-01T00:00:11", "size 64", "witness.example.org/w"):
        assert part.encode() in done.stdout


def test_the_program_prints_nothing_that_a_terminal_obeys(files: Path) -> None:
    origin = "evil\u202e\u009b2J\x7f"
    signed = checkpoint(ENTRIES, name="evil\u202e\u009b2J")
    (files / "proof").write_text(PROOF.partition("\n\n")[0] + "\n\n" + signed)
    (files / "export").write_text("".join(export(ENTRIES, signed)))
    for arguments in (("proof", files / "proof"), ("export", files / "export"), ("proof", files / "x\x1b[2J")):
        done = run(*arguments)
        said = (done.stdout + done.stderr).decode("ascii")
        assert all(one.isprintable() for one in said.replace("\n", "")), origin
    assert run("proof", files / "proof", "--key", VKEY).stderr.isascii()


def test_the_program_refuses_with_a_sentence_and_never_with_a_traceback(files: Path) -> None:
    (files / "bad").write_text("".join([*GOOD[:9], *GOOD[10:]]))
    (files / "bytes").write_bytes(b"\xff\x00" * 99)
    for arguments in (
        ("export", files / "bad", "--key", VKEY),
        ("export", files / "bytes"),
        ("proof", files / "bytes"),
        ("proof", files / "nowhere"),
        ("proof", files / "proof", "--key", "nonsense"),
        ("export", files / "export", "--kept", files / "export"),
    ):
        done = run(*arguments)
        assert done.returncode == 1
        assert done.stderr.startswith(b"NOT GOOD. ")
        assert b"Traceback" not in done.stderr
    assert b"First bad index 9" in run("export", files / "bad").stderr


def test_the_program_is_short_and_needs_only_python_and_cryptography() -> None:
    text = PROGRAM.read_text()
    names = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert len(text.splitlines()) <= 200
    assert names - set(sys.stdlib_module_names) == {"cryptography"}
