"""The state folder: what one local instance of the site keeps between two starts, and the lock that one run holds."""

import fcntl
import hashlib
import json
import os
import secrets
from pathlib import Path

LONGEST_BASE = 50
CHECKOUT = Path(__file__).resolve().parent.parent.parent


class StateInUse(Exception):
    """Another process runs on the same state folder."""


class State:
    """One instance's private folder (mode 0700): secrets, data, files, logs. Two folders are two independent sites."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        self._lock: int | None = None

    def acquire(self) -> None:
        """Make the folder and hold it until `release` or the process ends. Raises StateInUse when another holds it."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.root.chmod(0o700)
        lock = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise StateInUse(f"Something already runs on {self.root}.") from None
        self._lock = lock

    def release(self) -> None:
        """Let another process have the folder."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def folder(self, name: str) -> Path:
        """A folder of mode 0700 inside the state folder, made when missing."""
        path = self.root / name
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path

    def secret(self, name: str) -> str:
        """The named secret: made on first use from 256 random bits, kept in a file that only its owner reads."""
        path = self.root / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(32)
            write_private(path, json.dumps(known, indent=1))
        return known[name]

    def stamp(self, name: str) -> str:
        """The last value given to `set_stamp` under this name, or an empty text."""
        path = self.root / f"{name}.stamp"
        return path.read_text() if path.exists() else ""

    def set_stamp(self, name: str, value: str) -> None:
        """Remember a value, to see at the next start whether work can be left out."""
        write_private(self.root / f"{name}.stamp", value)

    def runtime(self) -> Path:
        """A short private folder for sockets, whose paths may hold 103 bytes on some systems.

        Raises PermissionError when somebody else owns a folder of that name.
        """
        base = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
        if not base.is_absolute() or not os.access(base, os.W_OK) or len(os.fsencode(base)) > LONGEST_BASE:
            base = Path("/tmp")  # noqa: S108 -- the folder below is private, and its owner is checked
            path = base / f"mpm-{os.geteuid()}-{self.digest}"
        else:
            path = base / f"mpm-{self.digest}"
        path.mkdir(exist_ok=True, mode=0o700)
        found = path.lstat()
        if path.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise PermissionError(f"{path} is not a private folder of this user; remove it and start again.")
        return path


def write_private(path: Path, content: str) -> None:
    """Replace a file at once by one of mode 0600."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)  # still there when the disk is full


def digest_of(files: list[Path]) -> str:
    """One digest over the names and contents of files, in the order of their names."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(f"{file.name}\0".encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
