"""Keys, notes, checkpoints and cosignatures: read only as the C2SP specifications write them."""

import time
from base64 import b64encode
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from audit.proofs import notes
from audit.standalone.verify_log import Bad, Key, open_checkpoint, parse_key, read_note
from tests.audit.made import KEY, NAME, PRIVATE, VKEY, WITNESS_KEY, checkpoint, cosigned, leaves

NOTE = checkpoint(leaves(5))
SIGNATURE = NOTE.rpartition("\n\n")[2]

any_text = st.text(max_size=400) | st.text(alphabet="—+= \n0123456789abcdefAQ/.", max_size=200)


def mutated(text: str) -> st.SearchStrategy[str]:
    """The text with a piece of it replaced."""
    places = st.integers(0, len(text))
    return st.builds(lambda at, end, new: text[:at] + new + text[end:], places, places, st.text(max_size=8))


def test_a_signed_note_opens_with_its_key_and_says_what_was_signed() -> None:
    note = notes.sign("one\n\ntwo\n", NAME, PRIVATE)
    assert notes.open_note(note, KEY) == "one\n\ntwo\n"


def test_a_signed_checkpoint_opens_with_its_key() -> None:
    opened = open_checkpoint(NOTE, KEY)
    assert (opened.origin, opened.size, opened.text) == (NAME, 5, NOTE.rpartition("\n\n")[0] + "\n")


def test_a_verifier_key_reads_as_it_was_written() -> None:
    assert Key(NAME, notes.key_id(NAME, PRIVATE.public_key()), 1, PRIVATE.public_key().public_bytes_raw()) == KEY
    assert WITNESS_KEY.kind == notes.COSIGNATURE


def test_signatures_of_others_are_passed_over() -> None:
    other = f"— someone {b64encode(bytes(68)).decode()}"
    namesake = f"— {NAME} {b64encode(bytes(68)).decode()}"
    assert open_checkpoint(notes.with_signatures(NOTE, [other, namesake]), KEY).size == 5


def test_a_wrong_signature_beside_a_good_one_is_refused() -> None:
    forged = notes.signature_line(NAME, KEY.id + bytes(64))
    with pytest.raises(Bad, match="signature is wrong"):
        open_checkpoint(notes.with_signatures(NOTE, [forged]), KEY)


def test_a_checkpoint_of_another_log_with_the_same_key_is_refused() -> None:
    note = notes.sign(NOTE.rpartition("\n\n")[0].replace(NAME, "other") + "\n", NAME, PRIVATE)
    with pytest.raises(Bad, match="another log"):
        open_checkpoint(note, KEY)


def test_a_witnesss_key_opens_no_note() -> None:
    same = parse_key(notes.vkey(NAME, PRIVATE.public_key(), notes.COSIGNATURE))
    with pytest.raises(Bad):
        notes.open_note(NOTE, same)
    with pytest.raises(Bad):
        notes.open_note(NOTE, same._replace(id=KEY.id))


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.removesuffix("\n"),
        lambda note: note + "\n",
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.replace(SIGNATURE, ""),
        lambda note: note.replace("— ", "- "),
        lambda note: note.replace("\n5\n", "\n05\n"),
        lambda note: note.replace("\n5\n", "\n\u0665\n"),
        lambda note: note.replace("\n5\n", "\n5\r\n"),
        lambda note: note.replace("\n5\n", "\n-5\n"),
        lambda note: note.replace("\n5\n", f"\n{10**30}\n"),
        lambda note: note.replace("=\n\n", "\n\n"),
        lambda note: note.replace("=\n\n", "=\n\n\n"),
        lambda note: note + f"— no base64 {'='}\n",
        lambda note: note + "— name QR==\n",
        lambda note: note + "— na+me QQ==\n",
        lambda note: note + "— na\u2003me QQ==\n",
        lambda note: note + "— name \ud800\n",
        lambda note: "\x00" + note,
        lambda note: "x" * 300_000 + note,
    ],
)
def test_a_malformed_checkpoint_is_refused(change: Callable[[str], str]) -> None:
    with pytest.raises(Bad):
        notes.parse_checkpoint(change(NOTE))


@pytest.mark.parametrize("bit", range(8))
def test_no_bit_of_a_checkpoint_can_change(bit: int) -> None:
    raw = NOTE.encode()
    for at in range(len(raw)):
        changed = raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]
        with pytest.raises(Bad):
            open_checkpoint(changed.decode(errors="surrogateescape"), KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        VKEY + "\n",
        VKEY.upper(),
        VKEY.replace("log.", "lag."),
        VKEY[:-4],
        VKEY.replace("+", " "),
        notes.vkey(NAME, PRIVATE.public_key(), 2),
    ],
)
def test_a_malformed_key_is_refused(text: str) -> None:
    with pytest.raises(Bad):
        parse_key(text)


def test_a_cosignature_says_when_the_witness_saw_the_checkpoint() -> None:
    seen = notes.parse_checkpoint(cosigned(NOTE, 1_700_000_000))
    assert notes.cosigned_at(seen, WITNESS_KEY) == 1_700_000_000
    assert notes.cosigned_at(notes.parse_checkpoint(NOTE), WITNESS_KEY) is None


def test_a_cosignature_of_another_checkpoint_or_without_a_time_is_refused() -> None:
    line = cosigned(checkpoint(leaves(6)), 1_700_000_000).rsplit("\n", 2)[1]
    for note in (
        notes.with_signatures(NOTE, [line]),
        *(cosigned(NOTE, at) for at in (int(time.time()) + 2 * 86_400, 2**62, 2**63)),
    ):
        with pytest.raises(Bad):
            notes.cosigned_at(notes.parse_checkpoint(note), WITNESS_KEY)


def test_signatures_are_added_once_and_only_whole_ones() -> None:
    once = cosigned(NOTE, 1)
    line = once.removeprefix(NOTE)
    assert notes.with_signatures(NOTE, [line, line.removesuffix("\n")]) == once == notes.with_signatures(once, [line])
    for wrong in ("", "— name", "text\n\n" + line, line + line):
        with pytest.raises(Bad):
            notes.with_signatures(NOTE, [wrong])


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\n"])
def test_a_name_that_no_key_may_have_is_refused(name: str) -> None:
    with pytest.raises(notes.NotANote):
        notes.sign("text\n", name, PRIVATE)
    with pytest.raises(notes.NotANote):
        notes.vkey(name, PRIVATE.public_key())


def test_a_text_that_no_note_may_hold_is_not_signed() -> None:
    with pytest.raises(notes.NotANote):
        notes.sign("no newline", NAME, PRIVATE)
    with pytest.raises(Bad):
        notes.sign("a tab\t\n", NAME, PRIVATE)


@given(any_text | mutated(VKEY))
@example("x+00000000+" + "A" * 44)
def test_any_text_is_a_key_or_refused(text: str) -> None:
    try:
        key = parse_key(text)
    except Bad:
        return
    assert text == f"{key.name}+{key.id.hex()}+{b64encode(bytes([key.kind]) + key.public).decode()}"


@given(any_text | mutated(NOTE) | mutated(cosigned(NOTE, 7)))
@example("\n\n— a QQ==\n")
def test_any_text_is_a_note_or_refused(text: str) -> None:
    try:
        said, signatures = read_note(text, None)
    except Bad:
        return
    lines = "".join(f"— {name} {b64encode(blob).decode()}\n" for name, blob in signatures)
    assert text == f"{said}\n{lines}"


@given(mutated(NOTE) | mutated(cosigned(NOTE, 7)))
def test_a_changed_checkpoint_is_refused_or_says_the_same(text: str) -> None:
    try:
        opened = open_checkpoint(text, KEY)
        notes.cosigned_at(opened, WITNESS_KEY)
    except Bad:
        return
    assert opened[:4] == open_checkpoint(NOTE, KEY)[:4]
