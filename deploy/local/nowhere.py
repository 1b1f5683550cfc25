"""Runs a command with settings that name no real service: for checks that read the code and touch no data.

`python -m deploy.local.nowhere mypy .` The values are made up for each call, and nothing can be reached with them.
"""

import secrets
import subprocess
import sys
import tempfile

from deploy.local import environment


def settings(folder: str) -> dict[str, str]:
    """An environment like production's, in which no host exists and each secret is new."""
    word = secrets.token_urlsafe(32)
    database = f"postgresql://nobody:{word}@database.invalid/nothing?sslmode=verify-full"
    return {
        "DJANGO_SETTINGS_MODULE": "mpm_site.settings",
        "MPM_SECRET_KEY": secrets.token_urlsafe(64),
        "MPM_SITE_URL": "https://pictures.invalid",
        "MPM_RESEARCH_URL": database,
        "MPM_IDENTITY_URL": database,
        "MPM_AUDITOR_URL": database,
        "MPM_BROKER_URL": "amqps://broker.invalid",
        "MPM_KEYRING": f"{folder}/keyring",
        "MPM_KEY_COPY": f"{folder}/key-copy",
        "MPM_OBJECTS": f"{folder}/objects",
        "MPM_STATIC_ROOT": f"{folder}/static",
        "MPM_LOG_KEYS": f"{folder}/log-keys",
        "MPM_LOG_VERIFIER": f"{folder}/log.vkey",
        "MPM_LOG_COPIES": f"{folder}/log-copies",
    }


def main() -> int:
    """Run the command on the command line; its exit code."""
    with tempfile.TemporaryDirectory(prefix="mpm-nowhere-") as folder:
        surroundings = {**environment.of_shell(), **settings(folder)}
        return subprocess.run(sys.argv[1:], env=surroundings, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
