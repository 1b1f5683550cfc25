"""Fetch, verify or prune a release of My Pictures Matter; needs Python 3.11 or newer and the `cryptography` package.

  python mpm_release.py fetch LINK FOLDER [--have OLDER] [--key KEY]
  python mpm_release.py verify FOLDER [--key KEY] [--feed FEED]
  python mpm_release.py prune FOLDER --feed FEED --signed-off-by NAME [--send LINK] [--key KEY]

LINK: as it was mailed to you; with - the program asks for it. OLDER: a folder with an older release, from which what
stayed the same is copied. KEY: the fingerprint of the site's key, as told to you apart from the release, in quotes; or
a file with that key. FEED: https://SITE/withdrawals.json, or a file with it: it says which photos, and which releases,
were taken back. Prune deletes those photos, and writes prune-report.json to send in.

Exit code: 0 good; 1 not good, or it could not be done; 2 the command was not understood; 3 the release was taken back
and must not be used any more; 4 there is no picture in this copy; 5 photos in this copy were taken back: prune it.
"""

import argparse
import json
import os
import re
import shutil
import sys
import tarfile
import time
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from getpass import getpass
from hashlib import file_digest, sha256
from http.client import HTTPException
from importlib import import_module, util
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

RELEASE, REPORT = "my-pictures-matter/release/1", "my-pictures-matter/prune-report/1"
PAYLOAD, TAGS, SUMS = "manifest-sha256.txt", "tagmanifest-sha256.txt", "SHA256SUMS"
UNSIGNED = {"manifest.json", "manifest.sig", "bagit.txt", "bag-info.txt", PAYLOAD, TAGS, SUMS}
COCO = "data/annotations.json"
KEPT, SIGNED_OFF, FETCHED, JOURNAL = "withdrawals.json", "prune-report.json", "fetched.json", "prune-journal.json"
LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)\n")
SAFE = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")  # of paths that are written to
LINK = re.compile(r"(https?://[^/\s]+)/dataset/link/([A-Za-z0-9_-]+)/?")
# What prune writes beside the files under data/, and what no site may name.
REWRITTEN, OURS = ("bag-info.txt", PAYLOAD, TAGS, SUMS, KEPT, SIGNED_OFF, JOURNAL), {KEPT, SIGNED_OFF, FETCHED, JOURNAL}
OXUM = re.compile(r"(?m)^Payload-Oxum: .*$")
STAGED, PART = ".pruned", ".part"
ENDED = "The link has ended, or is not known. Look whether you pasted all of it; else ask us for another one."
TO_DO = """What to do: stop what runs with it. Delete this folder, every other copy and every backup. What was made
from it is treated as your agreement says. Then say so on the page of your link: no report of prune settles this."""
NO_REPORT = """Nothing was pruned, and no report was written. Prune the folder that holds the pictures. If nothing is
left with you at all, say so on the page of your link."""
CLOSED = """A file is closed when a photo in it was taken back, or when a newer release took the place of this one. Ask
us for the next release: what is closed here comes with it."""
TRIES, LONGEST, PARTIAL, GONE, REFUSED = 8, 120, 206, 410, {401, 403, 404}
NOT_GOOD, TAKEN_BACK, EMPTY, TO_PRUNE = 1, 3, 4, 5  # exit codes; 2 is that of a command that is not understood
WORDS = {NOT_GOOD: "NOT GOOD.", TAKEN_BACK: "TAKEN BACK.", EMPTY: "NO PICTURE.", TO_PRUNE: "NOT YET PRUNED."}
PUBLISHED, SUPERSEDED, RETRACTED = "published", "superseded", "retracted"
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
dump = partial(json.dumps, sort_keys=True, separators=(",", ":"), ensure_ascii=False)  # the one way to write JSON


class Bad(Exception):
    """What was asked for cannot be done, or what was checked is not good: the sentences say why."""

    def __init__(self, *sentences: str, code: int = NOT_GOOD) -> None:
        super().__init__("\n".join(sentences))
        self.code = code


class Copy(NamedTuple):
    """A release in a folder, whose manifest is signed with the key in it."""

    folder: Path
    manifest: dict[str, Any]
    manifest_sha256: str
    key: Ed25519PublicKey
    shards: dict[str, dict[str, str]]  # by path: SHA-256 of each picture in it, by the picture's id
    signed: dict[str, str]  # by path: SHA-256 of each file, but for those of UNSIGNED


class Told(NamedTuple):
    """What a feed says about one release: `gone` is to be deleted from it, by the signed notices up to one number.

    `here` is what became of the release itself, and `newest` the number of the one that is handed out now, if any is.
    """

    number: int
    gone: frozenset[str]
    notices: list[dict[str, str]]
    status: dict[str, str]
    here: dict[str, Any]
    newest: int | None


class Standing(NamedTuple):
    """How a copy stands: `lacking` are shards and tables that are not there, `missing` those of which nothing says why.

    `found`: SHA-256 of each picture in it by its id; `digests`: SHA-256 of each file by its path.
    """

    faults: list[str]
    missing: list[str]
    lacking: list[str]
    found: dict[str, str]
    digests: dict[str, str]


# -- reading


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def open_copy(folder: Path, pem: bytes | None = None) -> Copy:
    """The release in this folder; raises Bad unless its manifest is signed by its key, or by `pem` if given."""
    key, manifest, digest = _signed(folder, pem)
    if manifest.get("format") != RELEASE:
        raise Bad("This release is of a format that this program does not know: fetch the newest program.")
    shards: dict[str, dict[str, str]] = {}
    for item in manifest["items"]:
        shards.setdefault(item["shard"], {})[item["id"]] = item["sha256"]
    signed = {path: file["sha256"] for path, file in manifest["files"].items()}
    if strange := [path for path in signed if not SAFE.fullmatch(path)]:
        raise Bad(f"The manifest names a file {strange[0]!a}.")
    return Copy(folder, manifest, digest, key, shards, signed)


def _signed(folder: Path, pem: bytes | None) -> tuple[Ed25519PublicKey, dict[str, Any], str]:
    """The key, the manifest that is signed with it, and the manifest's SHA-256."""
    if not folder.is_dir():
        raise Bad(f"There is no folder {folder}.")
    try:
        key = load_pem_public_key(pem or (folder / "public-key.pem").read_bytes())
        text = (folder / "manifest.json").read_bytes()
        if not isinstance(key, Ed25519PublicKey):
            raise Bad("The public key is of another kind.")
        key.verify((folder / "manifest.sig").read_bytes(), text)
        return key, json.loads(text), sha256(text).hexdigest()
    except OSError as error:
        raise Bad(f"{folder} is not a release: {_in_words(error)}") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Bad(f"{folder} is not a release: its manifest.json or its key cannot be read.") from error
    except InvalidSignature as error:
        raise Bad("manifest.json is not what was signed, or it was signed with another key.") from error


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of a key's 32 bytes in hex, in groups of four that can be read out."""
    digest = sha256(key.public_bytes_raw()).hexdigest()
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))


def read_feed(copy: Copy, feed: bytes) -> Told:
    """What a feed says about a copy; raises Bad unless each notice is signed and stands behind the one before."""
    number, before, gone, mine = 0, "", set(), []
    try:
        said = json.loads(feed)
        for entry in said["notices"]:
            text = entry["notice"]
            if (notice := json.loads(text))["audience"] != copy.manifest["audience"]:
                continue
            copy.key.verify(b64decode(entry["signature"], validate=True), text.encode())
            if (notice["number"], notice["previous"]) != (number + 1, before):
                raise Bad(f"Notice {number + 1} is missing in the feed.")
            number, before = number + 1, sha256(text.encode()).hexdigest()
            mine.append({"notice": text, "signature": entry["signature"]})
            gone |= set(notice["ids"]) if number > copy.manifest["notices"] else set()
        if number < copy.manifest["notices"]:
            raise Bad(f"The feed ends at notice {number}; the release knows {copy.manifest['notices']}: it is too old.")
        status, here, newest = _status(copy, said["status"], number)
    except InvalidSignature as error:
        raise Bad(f"The feed, after notice {number}, is not signed with the key of this release.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Bad("This is not a feed of withdrawal notices.") from error
    of_copy = set(chain.from_iterable(copy.shards.values()))
    return Told(number, frozenset(gone & of_copy), mine, status, here, newest)


def _status(copy: Copy, entries: list[Any], number: int) -> tuple[dict[str, str], dict[str, Any], int | None]:
    """What a feed says of this audience's releases, as signed; of this release; and which one is handed out now."""
    for entry in entries:
        said = json.loads(entry["status"])
        if said["audience"] != copy.manifest["audience"]:
            continue
        copy.key.verify(b64decode(entry["signature"], validate=True), entry["status"].encode())
        here = {one["number"]: one for one in said["releases"]}
        if said["notices"] != number or copy.manifest["number"] not in here:
            raise Bad("The feed was cut off: get it again.")
        newest = max((one for one in here if here[one]["state"] == PUBLISHED), default=None)
        status = {"status": entry["status"], "signature": entry["signature"]}
        return status, here[copy.manifest["number"]], newest
    raise Bad("The feed does not say how this release stands: get it again.")


def members(path: Path) -> Iterator[tuple[str, bytes, bytes]]:
    """Name, content, and all bytes with head and padding of each member of a tar file; last "" and the file's end."""
    end = 0
    with path.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
        for info in tar.getmembers():
            end = info.offset_data + -(-info.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
            file.seek(info.offset)
            raw = file.read(end - info.offset)
            yield info.name, raw[info.offset_data - info.offset :][: info.size], raw
        file.seek(end)
        yield "", b"", file.read()


def read_lines(path: Path) -> dict[str, str]:
    """The digests of a list of files, by path; raises Bad unless it is written in the one way."""
    text = path.read_bytes().decode(errors="replace") if path.is_file() else "-"
    lines = {match[2]: match[1] for match in LINE.finditer(text)}
    if lines_of(lines) != text:
        raise Bad(f"{path.name} is missing, or is not a list of files.")
    return lines


def lines_of(digests: Mapping[str, str]) -> str:
    """A list of files as it is written."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items()))


# -- verifying


def verify(copy: Copy) -> Standing:
    """How a copy stands, with every byte of it read; raises Bad for notices or lists that cannot be read."""
    digests = {
        path.relative_to(copy.folder).as_posix(): _digest_in(path) for path in copy.folder.rglob("*") if _is_file(path)
    }
    told, excused = _told(copy)
    known = copy.signed.keys() | UNSIGNED
    lacking = sorted(path for path in copy.signed.keys() - digests.keys() if path.startswith("data/"))
    faults = [f"{path} is missing." for path in known - digests.keys() - set(lacking)]
    more = digests.keys() - known - {FETCHED} - ({KEPT, SIGNED_OFF} if told else set())
    faults += [f"{path} does not belong to this release." for path in more]
    faults += _against_lists(copy.folder, digests, {*lacking})
    found: dict[str, str] = {}
    for path in sorted(copy.signed.keys() & digests.keys()):
        faults += _content(copy, path, digests[path], told.gone if told else frozenset(), found)
    if told and not faults:
        faults += _against_report(copy, told, lacking, found)
    return Standing(sorted(set(faults)), [path for path in lacking if path not in excused], lacking, found, digests)


def _is_file(path: Path) -> bool:
    return path.is_symlink() or not path.is_dir()


def _digest_in(path: Path) -> str:
    return "" if path.is_symlink() or not path.is_file() else digest_of(path)


def _told(copy: Copy) -> tuple[Told | None, set[str]]:
    """What the copy was pruned of, if it was, and which shards and tables it is known to lack."""
    excused: set[str] = set()
    try:
        if (copy.folder / FETCHED).exists():
            fetched = json.loads((copy.folder / FETCHED).read_bytes())
            if (copy.folder / FETCHED).read_bytes() != fetched_note(fetched["closed"], fetched["delivery"]):
                raise Bad(f"{FETCHED} was changed.")
            excused |= set(fetched["closed"])
        if not (copy.folder / SIGNED_OFF).exists():
            return None, excused
        excused |= set(json.loads((copy.folder / SIGNED_OFF).read_bytes())["absent"])
        return read_feed(copy, (copy.folder / KEPT).read_bytes()), excused
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Bad(f"{FETCHED}, {SIGNED_OFF} or {KEPT} was changed: {error!r}") from error


def _against_lists(folder: Path, digests: dict[str, str], lacking: set[str]) -> Iterator[str]:
    sums = read_lines(folder / SUMS)
    listed = {path: digest for path, digest in digests.items() if path in sums or path not in {SUMS, FETCHED}}
    for path in (sums.keys() | listed.keys()) - lacking:
        if sums.get(path) != listed.get(path):
            yield f"{path} is not what {SUMS} says."
    if read_lines(folder / PAYLOAD) != {path: one for path, one in sums.items() if path.startswith("data/")}:
        yield f"{PAYLOAD} and {SUMS} differ."
    tags = {path: one for path, one in sums.items() if not path.startswith("data/") and path != TAGS}
    if read_lines(folder / TAGS) != tags:
        yield f"{TAGS} and {SUMS} differ."


def _content(copy: Copy, path: str, digest: str, gone: frozenset[str], found: dict[str, str]) -> Iterator[str]:
    """What is wrong with one signed file; notes the pictures in it."""
    wanted = copy.shards.get(path, {})
    is_rewritten = not gone.isdisjoint(wanted) if wanted else bool(gone) and path.startswith("data/")
    if digest != copy.signed[path] and not is_rewritten:
        yield f"{path} was changed."
    elif wanted:
        try:
            held = pictures(copy.folder / path)
        except (Bad, OSError, tarfile.TarError) as error:
            held = {str(error): ""}
        found |= held
        if held != {name: one for name, one in wanted.items() if name not in gone}:
            yield f"{path} does not hold just the pictures that it should."


def pictures(shard: Path) -> dict[str, str]:
    """SHA-256 of each picture in a shard, by its id; raises Bad unless each has its JSON and there is nothing else."""
    found, told = dict[str, str](), set[str]()
    for name, content, _raw in members(shard):
        stem, _, kind = name.rpartition(".")
        if name and (kind not in {"jpg", "json"} or stem in (found if kind == "jpg" else told)):
            raise Bad(f"{name} does not belong into {shard.name}.")
        if kind == "jpg":
            found[stem] = sha256(content).hexdigest()
        elif name:
            told.add(stem)
    if told != found.keys():
        raise Bad(f"{shard.name} has a picture without its JSON, or the other way round.")
    return found


def ids_in_table(path: Path) -> set[str]:
    """The ids of pictures that a table tells of; none for Parquet where pyarrow is not installed."""
    if path.suffix == ".json":
        return {image["public_id"] for image in json.loads(path.read_bytes())["images"]}
    if util.find_spec("pyarrow") is None:
        return set()
    column = import_module("pyarrow.parquet").read_table(path, columns=["public_id"])["public_id"]
    return set(column.to_pylist())


def _against_report(copy: Copy, told: Told, lacking: list[str], found: Mapping[str, str]) -> Iterator[str]:
    text = (copy.folder / SIGNED_OFF).read_bytes()
    said = json.loads(text)
    by_hand = {name: said.get(name) for name in ("at", "signed_off_by", "tool_sha256")}
    if text != _line({**report(copy, told, lacking, found), **by_hand}):
        yield f"{SIGNED_OFF} does not tell of this copy."
    for path in copy.signed.keys() - copy.shards.keys() - {*lacking}:
        if path.startswith("data/") and not told.gone.isdisjoint(ids_in_table(copy.folder / path)):
            yield f"{path} tells of a photo that was withdrawn."


def report(copy: Copy, told: Told, lacking: list[str], found: Mapping[str, str]) -> dict[str, Any]:
    """What the holder of a copy sends in, but for the time, the name and the program's digest."""
    left = "".join(f"{name} {digest}\n" for name, digest in sorted(found.items()))
    return {
        "format": REPORT,
        **{name: copy.manifest[name] for name in ("release", "audience", "number")},
        "manifest_sha256": copy.manifest_sha256,
        "notice": told.number,
        "deleted": sorted(told.gone),
        "absent": lacking,
        "left": len(found),
        "left_sha256": sha256(left.encode()).hexdigest(),
    }


# -- what became of the release


def tell(copy: Copy, told: Told | None, *sentences: str, good: str = "", code: int = 0) -> str:
    """These sentences, with what became of the release; raises Bad where it was taken back, and with a code.

    `good` is what comes first of a release that was not taken back.
    """
    here = told.here if told else {"state": ""}
    newest = f"release {copy.manifest['audience']} {told.newest}" if told and told.newest else ""
    if here["state"] == RETRACTED:
        instead = f"Use {newest} instead." if newest else "There is none to use instead yet."
        end = f"Release {_name(copy)} was taken back on {here['day']}. Do not use it any more. {instead}"
        raise Bad(end, f"Why: {here['reason']}", TO_DO, *sentences, code=TAKEN_BACK)
    hint = []
    if here["state"] == SUPERSEDED and newest:
        hint = [f"Hint: {newest} took the place of this one on {here['day']}. Get it by {here['until']}; delete this."]
    elif here["state"] == SUPERSEDED:
        hint = [f"Hint: this release is handed out no more, since {here['day']}. Begin nothing new with it."]
    if code:
        raise Bad(*sentences, *hint, code=code)
    return "\n".join([*([good] if good else []), *sentences, *hint])


def without_pictures(copy: Copy, standing: Standing) -> list[str]:
    """A sentence, where the release has pictures and none of the files that they lie in is here."""
    if not copy.shards or not copy.shards.keys() <= {*standing.lacking}:
        return []
    files = _many(len(copy.shards), "file")
    return [f"There is no picture in this copy of release {_name(copy)}: of its {files} with pictures, none is here."]


def _name(copy: Copy) -> str:
    return "{audience} {number}".format(**copy.manifest)


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


# -- pruning


def prune(folder: Path, feed: bytes, name: str) -> dict[str, Any]:
    """Delete what the feed's notices name; the report. Killed at any moment, it is done or undone by the next call.

    Raises Bad for a copy that is damaged, for a feed that is not good, and for one older than what was pruned before.
    """
    copy = open_copy(folder)
    _finish(copy)
    before, told, earlier = verify(copy), read_feed(copy, feed), _told(copy)[0]
    if before.faults:
        tell(copy, told, "Fetch again, or delete, what is damaged; then prune.", *before.faults, code=NOT_GOOD)
    if nothing := without_pictures(copy, before):
        tell(copy, told, *nothing, NO_REPORT, code=EMPTY)
    if earlier and _is_newer(earlier, told):
        raise Bad(f"This copy was pruned up to notice {earlier.number} already, by a newer feed than this one.")
    if earlier and [one["notice"] for one in earlier.notices] != [
        one["notice"] for one in told.notices[: earlier.number]
    ]:
        raise Bad("The feed tells other notices than those that this copy was pruned by. Nothing was changed: tell us.")
    gone = told.gone - earlier.gone if earlier else told.gone
    shards = [path for path, ids in copy.shards.items() if path in before.digests and not gone.isdisjoint(ids)]
    tables = [path for path in before.digests if gone and path.startswith("data/") and path not in copy.shards]
    for path in shards:
        kept = (raw for name, _content, raw in members(folder / path) if name.rpartition(".")[0] not in gone)
        _stage(folder / path, kept)
    deleted = [path for path in tables if not _stage_table(folder / path, gone)]
    found = {one: digest for one, digest in before.found.items() if one not in gone}
    by_hand = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "signed_off_by": name,
        "tool_sha256": digest_of(Path(__file__)),
    }
    signed_off = {**report(copy, told, sorted([*before.lacking, *deleted]), found), **by_hand}
    _stage(folder / KEPT, [_line({"notices": told.notices, "status": [told.status]})])
    _stage(folder / SIGNED_OFF, [_line(signed_off)])
    _stage_lists(folder, {path: one for path, one in before.digests.items() if path not in deleted})
    # From this line on the next call goes on with it; before, it begins again.
    _stage(folder / JOURNAL, [_line(deleted)]).replace(folder / JOURNAL)
    _finish(copy)
    after = verify(open_copy(folder))
    if after.faults or after.missing:
        raise Bad(*after.faults, *after.missing)
    return signed_off


def _is_newer(one: Told, other: Told) -> bool:
    """Whether one feed knows what another does not: more notices, or that the release was taken back."""
    return one.number > other.number or (one.here["state"] == RETRACTED and other.here["state"] != RETRACTED)


def _line(value: object) -> bytes:
    return (dump(value) + "\n").encode()


def _stage(path: Path, chunks: Iterable[bytes]) -> Path:
    """Write beside a file what is to replace it."""
    beside = path.with_name(path.name + STAGED)
    with beside.open("wb") as file:
        file.writelines(chunks)
        file.flush()
        os.fsync(file.fileno())
    return beside


def _stage_table(path: Path, gone: frozenset[str]) -> bool:
    """Write a table without these pictures beside it; False where that takes pyarrow, and it is not there."""
    if path.suffix == ".json":
        coco = json.loads(path.read_bytes())
        dropped = {image["id"] for image in coco["images"] if image["public_id"] in gone}
        coco["images"] = [image for image in coco["images"] if image["id"] not in dropped]
        coco["annotations"] = [one for one in coco["annotations"] if one["image_id"] not in dropped]
        _stage(path, (part.encode() for part in json.JSONEncoder(ensure_ascii=False).iterencode(coco)))
        return True
    if util.find_spec("pyarrow") is None:
        return False
    compute, parquet = import_module("pyarrow.compute"), import_module("pyarrow.parquet")
    rows = parquet.read_table(path)
    named = compute.is_in(rows["public_id"], value_set=import_module("pyarrow").array(sorted(gone)))
    parquet.write_table(rows.filter(compute.invert(named)), path.with_name(path.name + STAGED), compression="zstd")
    return True


def _stage_lists(folder: Path, digests: dict[str, str]) -> None:
    """Write beside the bag's lists those of what will be there: `digests` of what is there now, and what is staged."""
    staged = sorted(folder.rglob("*" + STAGED))
    digests |= {path.relative_to(folder).as_posix().removesuffix(STAGED): digest_of(path) for path in staged}
    payload = {path: one for path, one in digests.items() if path.startswith("data/")}
    now = [folder / path for path in payload]
    octets = sum((new if (new := path.with_name(path.name + STAGED)).exists() else path).stat().st_size for path in now)
    info = OXUM.sub(f"Payload-Oxum: {octets}.{len(payload)}", (folder / "bag-info.txt").read_bytes().decode())
    tags = {path: one for path, one in digests.items() if path not in payload and path not in {TAGS, SUMS}}
    for name, text in (("bag-info.txt", info), (PAYLOAD, lines_of(payload))):
        tags[name] = digest_of(_stage(folder / name, [text.encode()]))
    tags_digest = digest_of(_stage(folder / TAGS, [lines_of(tags).encode()]))
    _stage(folder / SUMS, [lines_of({**payload, **tags, TAGS: tags_digest}).encode()])


def _finish(copy: Copy) -> None:
    """Do what an earlier call decided to do, or clear away what it had not decided yet.

    Files that prune does not write are left alone, whatever they are called. Raises Bad for a journal of another's.
    """
    data = sorted(path for path in copy.signed if path.startswith("data/"))
    staged = [path for path in (_inside(copy.folder, one + STAGED) for one in (*data, *REWRITTEN)) if _is_there(path)]
    journal = copy.folder / JOURNAL
    if not _is_there(journal):
        for path in staged:
            path.unlink()
        return
    deleted = json.loads(journal.read_bytes())
    if not isinstance(deleted, list) or not all(path in data for path in deleted):
        raise Bad(f"{JOURNAL} was not written by this program: nothing was changed.")
    for path in deleted:
        _inside(copy.folder, path).unlink(missing_ok=True)
    for path in staged:
        path.replace(path.with_name(path.name.removesuffix(STAGED)))
    journal.unlink()


def _inside(folder: Path, path: str) -> Path:
    """Where a file of the copy lies; raises Bad where a link in its path leads out of the folder."""
    found = folder / path
    if not found.parent.resolve().is_relative_to(folder.resolve()):
        raise Bad(f"{path} does not lie in this folder.")
    return found


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.exists()


# -- fetching


class _NoRedirects(HTTPRedirectHandler):
    """The token is sent to the site and to nobody else."""

    def redirect_request(self, *_any: Any) -> None:
        return None


def _site_and_token(link: str) -> tuple[str, str]:
    match = LINK.fullmatch(link.strip())
    if not match or not (match[1].startswith("https:") or urlsplit(link).hostname in {"localhost", "127.0.0.1"}):
        raise Bad("This is not a link to a release.")
    return match[1], match[2]


def send(link: str, document: bytes) -> None:
    """Send a report in; raises Bad where the site does not take it."""
    site, token = _site_and_token(link)
    try:
        with _opened(f"{site}/dataset/reports/", token, {"Content-Type": "application/json"}, document):
            pass
    except HTTPError as error:
        raise Bad(f"The report was not taken. {_says(error) or _in_words(error)}") from error


def _says(error: HTTPError) -> str:
    """The sentence in which the site tells what is wrong with a report, if it does."""
    try:
        return str(json.load(error)["says"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def fetch(link: str, folder: Path, older: Path | None = None) -> list[str]:
    """Fetch a release, or the rest of it; what of it is closed. A part that is there already is not fetched again.

    Raises Bad for a link that is not one or has ended, and for a folder with another release or a pruned copy.
    """
    site, token = _site_and_token(link)
    if (folder / SIGNED_OFF).exists() or (folder / JOURNAL).exists():
        raise Bad("This copy was pruned: fetch into another folder.")
    base = f"{site}/dataset/files/"
    with _opened(base, token) as answer:
        index = json.load(answer)
    delivery, manifest = index["delivery"], folder / "manifest.json"
    if manifest.exists() and digest_of(manifest) != delivery["manifest_sha256"]:
        raise Bad("Another release is in this folder: fetch into another one.")
    have = {digest: older / path for path, digest in read_lines(older / SUMS).items()} if older else {}
    closed = [one["path"] for one in index["files"] if not _fetched(base, token, folder, one, have)]
    (folder / FETCHED).write_bytes(fetched_note(sorted(closed), delivery))
    return closed


def fetched_note(closed: list[str], delivery: dict[str, Any]) -> bytes:
    """What is written down of a fetched release: which files were closed, to whom it went, and a digest of both."""
    told = {"closed": closed, "delivery": delivery}
    return _line({**told, "sha256": sha256(_line(told)).hexdigest()})


def _opened(url: str, token: str, more: Mapping[str, str] | None = None, data: bytes | None = None) -> Any:
    head = {"Authorization": f"Bearer {token}", **(more or {})}
    return build_opener(_NoRedirects).open(Request(url, data, head), timeout=60)  # noqa: S310 - LINK says which


def _fetched(base: str, token: str, folder: Path, one: dict[str, Any], have: Mapping[str, Path]) -> bool:
    """Bring one file, by pieces if need be; False when it is closed. Then no piece of it stays, either."""
    target = _target(folder, one["path"])
    part = target.with_name(target.name + PART)
    if one["sha256"] in have and not one["closed"] and not target.exists():
        shutil.copyfile(have[one["sha256"]], target)
    is_whole = not one["closed"] and _is_whole(target, one)
    if not is_whole and not one["closed"] and _brought(base + quote(one["path"]), token, part, one):
        part.replace(target)
        return True
    part.unlink(missing_ok=True)
    return is_whole


def _target(folder: Path, path: str) -> Path:
    """Where a file that the site names is written; raises Bad unless that is a file of a release, in the folder."""
    if not SAFE.fullmatch(path) or path.lower() in OURS or path.lower().endswith((STAGED, PART)):
        raise Bad(f"The site names a file {path!a}.")
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    return folder / path


def _brought(url: str, token: str, part: Path, one: dict[str, Any]) -> bool:
    """Bring the bytes of a file, or what is missing of them, into `part`; False when it closed meanwhile."""
    tries, size = 0, 0
    while tries < TRIES:
        wait = _piece(url, token, part, one["sha256"])
        if wait is None:
            return False
        if _is_whole(part, one):
            return True
        size, before = part.stat().st_size if part.exists() else 0, size
        tries = 0 if size > before else tries + 1
        time.sleep(max(wait, 2**tries))
    raise Bad(f"{one['path']} did not come through. Call again: it goes on where it stopped.")


def _is_whole(path: Path, one: dict[str, Any]) -> bool:
    """Whether these are the bytes; those that cannot become them are deleted."""
    if path.is_file() and path.stat().st_size >= one["size"]:
        if digest_of(path) == one["sha256"]:
            return True
        path.unlink()
    return False


def _piece(url: str, token: str, part: Path, digest: str) -> int | None:
    """Bring what is missing of a file, or as much as comes; seconds to wait with the rest, None if it closed."""
    start = part.stat().st_size if part.exists() else 0
    rest = {"Range": f"bytes={start}-", "If-Range": f'"{digest}"'} if start else {}
    try:
        with _opened(url, token, rest) as answer, part.open("ab" if answer.status == PARTIAL else "wb") as file:
            shutil.copyfileobj(answer, file)
    except HTTPError as error:
        if error.code in REFUSED:
            raise Bad(ENDED) from error
        return None if error.code == GONE else min(int(error.headers.get("Retry-After") or 0), LONGEST)
    except (OSError, HTTPException):
        return 0
    return 0


# -- the command line


def _in_words(error: Exception) -> str:
    """What went wrong, for people who do not read Python."""
    if isinstance(error, HTTPError) and error.code in REFUSED and "/dataset/" in error.url:
        return ENDED
    if isinstance(error, HTTPError):
        return f"{error.url} answered with {error.code} ({error.reason}). Try again later; if it stays so, write to us."
    if isinstance(error, URLError):
        return f"The site cannot be reached: {error.reason}."
    if isinstance(error, FileNotFoundError):
        return f"{error.filename} is not there."
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    return str(error) or f"The line broke: {type(error).__name__}."


def _read_feed(where: str) -> bytes:
    if not where.startswith(("https://", "http://")):
        return Path(where).read_bytes()
    with build_opener().open(where, timeout=60) as answer:
        return bytes(answer.read())


def _link(said: str) -> str:
    """The link that is meant: a command with the link in it is seen by everybody on the machine, and is kept."""
    if said != "-":
        return said
    if sys.stdin.isatty():
        return getpass("Paste the link that was mailed to you, and press Enter (it is not shown): ", sys.stderr)
    return sys.stdin.readline()


def _copy(folder: Path, key: str) -> Copy:
    """The release in a folder, signed with the key that is given as a fingerprint or a file, or with its own."""
    wanted = re.sub(r"[\s:-]", "", key).lower()
    if not FINGERPRINT.fullmatch(wanted):
        return open_copy(folder, Path(key).read_bytes() if key else None)
    copy = open_copy(folder)
    if fingerprint(copy.key).replace(" ", "") != wanted:
        raise Bad(f"It is signed with another key: {fingerprint(copy.key)}.\nDo not use it, and write to us.")
    return copy


def _verified(folder: Path, key: str, feed: str) -> str:
    """What to say of a copy; raises Bad with a code of its own for each thing that its holder has to know."""
    if (folder / JOURNAL).exists():
        raise Bad("A prune was interrupted: call it again.")
    copy = _copy(folder, key)
    standing, told = verify(copy), read_feed(copy, _read_feed(feed)) if feed else _told(copy)[0]
    if faults := [*standing.faults, *(f"{path} is missing." for path in standing.missing)]:
        tell(copy, told, *faults, code=NOT_GOOD)
    compare = "the one that you gave" if key else "compare it with what we told you apart from the link"
    more = [f"Signed with key {fingerprint(copy.key)}", f"  ({compare})."]
    more += [f"Not in this copy: {path}" for path in standing.lacking]
    if nothing := without_pictures(copy, standing):
        return tell(copy, told, *nothing, CLOSED, *more, code=EMPTY)
    if waiting := told.gone & standing.found.keys() if told else ():
        of_copy = _many(len(waiting), "photo")
        return tell(copy, told, f"Taken back, and still in this copy: {of_copy}. Prune it now.", *more, code=TO_PRUNE)
    more += [] if feed else ["What was taken back since was not looked up: that takes --feed."]
    part = f", of {len(copy.manifest['items'])}" if standing.lacking else ""
    good = f"Good: release {_name(copy)}, {_many(len(standing.found), 'picture')}{part}."
    return tell(copy, told, *more, good=good)


def _pruned(folder: Path, given: argparse.Namespace) -> str:
    """Prune, send the report in if asked to, and tell of it; raises Bad also for a release that was taken back."""
    copy, link = _copy(folder, given.key), _link(given.send)
    done = prune(folder, _read_feed(given.feed), given.signed_off_by)
    if link:
        send(link, (folder / SIGNED_OFF).read_bytes())
    deleted = _many(len(done["deleted"]), "photo") if done["deleted"] else "nothing to be"
    said = [f"Up to notice {done['notice']}: {deleted} deleted; {_many(done['left'], 'photo')} left."]
    if link:
        said += ["The report was sent in."]
    elif done["deleted"]:
        said += [f"Now send in {folder / SIGNED_OFF} on the page of your link, if you have not yet."]
    return tell(copy, _told(copy)[0], *said)


def _do(given: argparse.Namespace) -> str:
    folder, feed = Path(given.folder), given.feed
    if given.what == "prune":
        return _pruned(folder, given)
    if given.what == "fetch":
        link = _link(given.link)
        fetch(link, folder, given.have)
        feed = f"{_site_and_token(link)[0]}/withdrawals.json"
    return _verified(folder, given.key, feed)


def main() -> None:
    """Do what the command line says; where something is not good, say it and end with the exit code that says what."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.set_defaults(feed="")
    commands = parser.add_subparsers(dest="what", metavar="fetch|verify|prune")
    fetching, verifying, pruning = (commands.add_parser(name) for name in ("fetch", "verify", "prune"))
    fetching.add_argument("link")
    for one in (fetching, verifying, pruning):
        one.add_argument("folder")
        one.add_argument("--key", default="")
    fetching.add_argument("--have", type=Path)
    verifying.add_argument("--feed", default="")
    pruning.add_argument("--feed", required=True)
    pruning.add_argument("--signed-off-by", required=True)
    pruning.add_argument("--send", default="")
    given = parser.parse_args()
    if given.what is None:
        parser.error("say what to do: fetch, verify or prune. --help tells more.")
    try:
        sys.stdout.write(_do(given) + "\n")
    except (Bad, OSError, ValueError, HTTPException) as error:
        code, said = (error.code, str(error)) if isinstance(error, Bad) else (NOT_GOOD, _in_words(error))
        sys.stderr.write(f"{WORDS[code]} {said}\n")
        sys.exit(code)


if __name__ == "__main__":
    main()
