"""The site's two stores, sealed objects and copies of the log, as names and bytes: each a folder or a bucket."""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from django.core.files.base import File

from deploy.backup.refusals import NotBackedUp
from mpm_site import env

# Sealed parts of uploads under way.
INCOMING = "incoming"
# What a store never holds. A folder with one of these was named by mistake.
KEYS = re.compile(r"(^|/)(epoch-\d+\.key|(mail|log|release-signing|blind-index|digests)\.key|keys\.copy)$")


class Store(Protocol):
    """What a backup needs of a store."""

    def names(self) -> Iterator[str]:
        """Every name in it."""

    def open(self, name: str) -> IO[bytes]:
        """The bytes of one name, to read."""

    def put(self, name: str, content: IO[bytes]) -> None:
        """Keep these bytes under a name that is not there yet."""


class Folder:
    """A store in a folder, and every backup of one."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self) -> Iterator[str]:
        """Every file in it but uploads under way. Raises NotBackedUp where a key lies."""
        for folder, folders, files in os.walk(self.root):
            place = Path(folder).relative_to(self.root)
            if place == Path():
                folders[:] = [name for name in folders if name != INCOMING]
            for file in files:
                name = (place / file).as_posix()
                if KEYS.search(name):
                    raise NotBackedUp(f"{self.root / name} is a key: no backup holds one. Is the folder the right one?")
                if not file.startswith("."):
                    yield name

    def open(self, name: str) -> IO[bytes]:
        """The file, to read."""
        return (self.root / name).open("rb")

    def put(self, name: str, content: IO[bytes]) -> None:
        """Write the file whole, durably: half of it never has its name."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with half.open("wb") as file:
                shutil.copyfileobj(content, file, 1 << 20)
                file.flush()
                os.fsync(file.fileno())
            half.replace(target)
        finally:
            half.unlink(missing_ok=True)


class InBucket:
    """A store in an S3 bucket."""

    def __init__(self, name: str) -> None:
        # boto3 is there only where a bucket is named.
        from mpm_site.bucket import Bucket  # noqa: PLC0415

        self._bucket = Bucket(
            bucket=name,
            endpoint=env.text("MPM_S3_ENDPOINT", ""),
            region=env.text("MPM_S3_REGION", ""),
            key_id=env.text("MPM_S3_KEY_ID", ""),
            secret=env.text("MPM_S3_SECRET", ""),
        )

    def names(self) -> Iterator[str]:
        """Every object in it."""
        return self._bucket.names()

    def open(self, name: str) -> IO[bytes]:
        """The object, to read."""
        return self._bucket.open(name)

    def put(self, name: str, content: IO[bytes]) -> None:
        """Keep these bytes under the name."""
        self._bucket.save(name, File(content, name))


def objects() -> Store:
    """The sealed objects, wherever the settings put them."""
    bucket = env.text("MPM_S3_BUCKET", "")
    return InBucket(bucket) if bucket else Folder(env.folder("MPM_OBJECTS"))


def log_copies() -> Store:
    """The copies of the log, wherever the settings put them."""
    bucket = env.text("MPM_S3_LOG_BUCKET", "")
    return InBucket(bucket) if bucket else Folder(env.folder("MPM_LOG_COPIES"))
