"""The site's two stores, sealed objects and copies of the log, as names and bytes: each a folder or a bucket.

A store is not trusted: whoever holds its key may give its objects any name. Only names that the site itself gives are
read or written.
"""

import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Protocol, cast

from django.core.files.base import File
from django.utils.module_loading import import_string

from deploy.backup.refusals import NotBackedUp
from mpm_site import env, stores

if TYPE_CHECKING:
    from mpm_site.bucket import Bucket

# Sealed parts of uploads under way.
INCOMING = "incoming"
# The names of sealed objects (vault.objects.name_of) and of the log's copies (audit.copies), and no others.
OBJECT: Final = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{4}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LOG_COPY: Final = re.compile(
    r"checkpoint|statement|tile/(?:[0-9]{1,2}|entries)/(?:x[0-9]{3}/){0,6}[0-9]{3}(?:\.p/[0-9]{1,3})?"
)
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
    """A store in a folder, and every backup of one; `grammar` is what its names look like."""

    def __init__(self, root: Path, grammar: re.Pattern[str]) -> None:
        self._root, self._grammar = root.resolve(), grammar

    def names(self) -> Iterator[str]:
        """Every file in it that is well named, but uploads under way. Raises NotBackedUp where a key lies."""
        return self.well_named(self._files())

    def well_named(self, names: Iterable[str]) -> Iterator[str]:
        """Those of a store's names that the site gives; of others it is only said how many there were."""
        strange = 0
        for name in names:
            if self._grammar.fullmatch(name):
                yield name
            else:
                strange += 1
        if strange:
            sys.stderr.write(f"{self._root}: {strange} names that the site never gives were left out. Who gave them?\n")

    def _files(self) -> Iterator[str]:
        for folder, folders, files in os.walk(self._root):
            place = Path(folder).relative_to(self._root)
            if place == Path():
                folders[:] = [name for name in folders if name != INCOMING]
            for file in files:
                name = (place / file).as_posix()
                if KEYS.search(name):
                    raise NotBackedUp(f"{self._root}/{name} is a key: no backup holds one. Is the folder right?")
                if not file.startswith("."):
                    yield name

    def path(self, name: str) -> Path:
        """Where a name lies, or would. Raises NotBackedUp for one that the site does not give or that leads outside."""
        path = self._root / name
        if not self._grammar.fullmatch(name) or not path.resolve().is_relative_to(self._root):
            raise NotBackedUp(f"{name!r} is no name of {self._root}, or leads out of it: nothing is read or written.")
        return path

    def open(self, name: str) -> IO[bytes]:
        """The file, to read. Raises NotBackedUp as path."""
        return self.path(name).open("rb")

    def put(self, name: str, content: IO[bytes]) -> None:
        """Write the file whole, durably: half of it never has its name. Raises NotBackedUp as path."""
        target = self.path(name)
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
        # By its name: boto3 is there only where a bucket is named.
        self._bucket: Bucket = import_string(stores.BUCKET)(**stores.options(name))

    def names(self) -> Iterator[str]:
        """Every object in it, also of a name that the site never gave."""
        return self._bucket.names()

    def open(self, name: str) -> IO[bytes]:
        """The object, to read."""
        return cast("IO[bytes]", self._bucket.open(name))

    def put(self, name: str, content: IO[bytes]) -> None:
        """Keep these bytes under the name."""
        self._bucket.save(name, File(content, name))


def objects() -> Store:
    """The sealed objects, wherever the settings put them."""
    bucket = stores.sealed_bucket()
    return InBucket(bucket) if bucket else Folder(env.folder("MPM_OBJECTS"), OBJECT)


def log_copies() -> Store:
    """The copies of the log, wherever the settings put them."""
    bucket = stores.log_bucket()
    return InBucket(bucket) if bucket else Folder(env.folder("MPM_LOG_COPIES"), LOG_COPY)
