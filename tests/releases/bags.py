"""A release in a folder, made by hand: what the stand-alone program reads, without the site's database."""

import io
import json
import tarfile
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from releases.standalone import mpm_release
from releases.standalone.mpm_release import dump

PER_SHARD = 3
PAPERS = ("README.md", "datasheet.md", "terms.json", "notices/1-en.md", "mpm_release.py")


def hex_of(data: bytes) -> str:
    return sha256(data).hexdigest()


def lines(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hex_of(data)}  {path}\n" for path, data in sorted(files.items())).encode()


def tar(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as made:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return out.getvalue()


def parquet(rows: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


@dataclass
class Bag:
    """Seven photos in three shards, one of them with two people, and notices about them."""

    folder: Path
    random: Random = field(default_factory=lambda: Random(8))  # noqa: S311 - bytes, no secrets
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    ids: list[str] = field(default_factory=list)
    notices: list[dict[str, str]] = field(default_factory=list)
    # What became of this release, number 2, as the feed says it.
    here: dict[str, str] = field(default_factory=lambda: {"state": "published", "day": "2026-01-02"})

    def __post_init__(self) -> None:
        self.ids = sorted(str(UUID(int=self.random.getrandbits(128))) for _ in range(7))
        photos = {one: self.random.randbytes(700 + 100 * place) for place, one in enumerate(self.ids)}
        files: dict[str, bytes] = {}
        items = []
        for place in range(0, len(self.ids), PER_SHARD):
            path, held = f"data/shards/{place // PER_SHARD:06}.tar", self.ids[place : place + PER_SHARD]
            pairs = [((f"{one}.jpg", photos[one]), (f"{one}.json", dump({"public_id": one}).encode())) for one in held]
            files[path] = tar(dict(pair for both in pairs for pair in both))
            items += [{"id": one, "sha256": hex_of(photos[one]), "shard": path} for one in held]
        images = [{"id": number, "public_id": one} for number, one in enumerate(self.ids, 1)]
        people = [{"id": number, "image_id": number % 7 + 1} for number in range(1, 9)]
        files["data/annotations.json"] = json.dumps({"images": images, "annotations": people}).encode()
        files["data/images.parquet"] = parquet([{"public_id": one, "width": 4} for one in self.ids])
        files["data/people.parquet"] = parquet([{"public_id": one, "x": 1.5} for one in [*self.ids, self.ids[0]]])
        files |= {name: f"This is {name}.\n".encode() * 3 for name in PAPERS}
        files["mpm_release.py"] = Path(mpm_release.__file__).read_bytes()
        public = self.key.public_key()
        files["public-key.pem"] = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self._write(files, items)

    def _write(self, files: dict[str, bytes], items: list[dict[str, str]]) -> None:
        manifest = {
            "format": "my-pictures-matter/release/1",
            "release": str(UUID(int=self.random.getrandbits(128))),
            "audience": "own",
            "number": 2,
            "notices": 1,
            "items": items,
            "files": {path: {"sha256": hex_of(data), "size": len(data)} for path, data in files.items()},
        }
        files["manifest.json"] = dump(manifest).encode() + b"\n"
        files["manifest.sig"] = self.key.sign(files["manifest.json"])
        payload = {path: data for path, data in files.items() if path.startswith("data/")}
        files["bagit.txt"] = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        octets = sum(map(len, payload.values()))
        files["bag-info.txt"] = f"Bagging-Date: 2026-01-02\nPayload-Oxum: {octets}.{len(payload)}\n".encode()
        files["manifest-sha256.txt"] = lines(payload)
        files["tagmanifest-sha256.txt"] = lines({p: data for p, data in files.items() if p not in payload})
        files["SHA256SUMS"] = lines(files)
        for path, data in files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(data)

    def tell(self, ids: Sequence[str], *, audience: str = "own") -> "Bag":
        """Another notice of this audience, about these photos."""
        mine = [one["notice"] for one in self.notices if json.loads(one["notice"])["audience"] == audience]
        previous = hex_of(mine[-1].encode()) if mine else ""
        told = {"audience": audience, "number": len(mine) + 1, "ids": sorted(ids), "previous": previous}
        text = dump({**told, "at": "2026-01-02T03:04:05+00:00", "site": "https://pictures.example.org"})
        self.notices.append({"notice": text, "signature": self.signed(text)})
        return self

    def signed(self, text: str) -> str:
        return b64encode(self.key.sign(text.encode())).decode()

    def feed(self, notices: Sequence[dict[str, str]] | None = None) -> bytes:
        """The feed, or another one that ends or has holes where these notices do."""
        told = self.notices if notices is None else list(notices)
        return json.dumps({"notices": told, "status": [self.status(one, told) for one in ("partners", "own")]}).encode()

    def status(self, audience: str, told: Sequence[dict[str, str]]) -> dict[str, str]:
        number = sum(json.loads(one["notice"])["audience"] == audience for one in told)
        newer = [] if self.here["state"] == "published" else [{"number": 3, "state": "published", "day": "2026-02-03"}]
        releases = [{"number": 2, **self.here}, *newer]
        text = dump({"audience": audience, "notices": number, "releases": releases, "site": "https://x.example.org"})
        return {"status": text, "signature": self.signed(text)}

    def files(self) -> dict[str, bytes]:
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}
