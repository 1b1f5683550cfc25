"""Brings the two databases to what the code expects, as the one role that may change them."""

import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.local.progress import run
from deploy.local.state import CHECKOUT, digest_of
from mpm_site import roles


def digest() -> str:
    """Changes whenever a migration, or what a migration stands on, changes."""
    sources = [file for file in CHECKOUT.glob("*/migrations/*") if file.suffix in {".py", ".sql"}]
    return digest_of([*sources, Path(roles.__file__), CHECKOUT / "requirements.txt"])


def migrate(superuser: str, databases: Mapping[roles.Kind, str], owner_environment: Mapping[str, str]) -> None:
    """Make the databases where they are missing and migrate both. The roles must exist. Raises StepFailed."""
    roles.bootstrap(superuser, {}, databases)
    run([sys.executable, "-m", "deploy.local.migrate"], cwd=CHECKOUT, env=owner_environment)
    # Once more: only now the table of migrations is there to be closed to the run-time roles.
    roles.bootstrap(superuser, {}, databases)
