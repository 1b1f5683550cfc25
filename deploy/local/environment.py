"""What each process of a local instance is told: its own databases and folders, and nothing that it does not need."""

import os
from collections.abc import Mapping
from typing import Literal

from deploy.local.postgres import Postgres
from deploy.local.state import CHECKOUT, State
from deploy.local.valkey import Valkey
from mpm_site import roles

RESEARCH, IDENTITY = "mpm_research", "mpm_identity"
Access = Literal["research", "identity", "auditor", "keeper", "owner"]

# Taken over from the shell that started us; everything else a process sees is named in this file.
INHERITED = ("PATH", "HOME", "LANG", "TERM", "TMPDIR", "TZ")
# Settings of .env.sample that may differ on one's own machine and hold no secret.
ADJUSTABLE = (
    "MPM_CAMPAIGN_",
    "MPM_CLIENT_",
    "MPM_DECODE_",
    "MPM_FREE_",
    "MPM_KNOWN_",
    "MPM_MAIL_",
    "MPM_SECOND_",
    "MPM_TEXT_",
    "MPM_UNVERIFIED_",
    "MPM_UPLOADS_",
    "MPM_WITHDRAWAL_",
)


def passwords(state: State) -> dict[str, str]:
    """The generated password of each role that signs in."""
    return {role: state.secret(role) for role in roles.LOGIN_ROLES}


def databases(
    state: State, postgres: Postgres, access: set[Access], *, research: str = RESEARCH, identity: str = IDENTITY
) -> dict[str, str]:
    """The database addresses a process gets; with `owner` both are the owner's, for migrations alone."""
    word = passwords(state)
    if "owner" in access:
        return {
            "MPM_RESEARCH_URL": postgres.url("mpm_owner", word["mpm_owner"], research),
            "MPM_IDENTITY_URL": postgres.url("mpm_owner", word["mpm_owner"], identity),
        }
    found: dict[str, str] = {}
    if "research" in access:
        found["MPM_RESEARCH_URL"] = postgres.url("mpm_app", word["mpm_app"], research)
    if "identity" in access:
        found["MPM_IDENTITY_URL"] = postgres.url("mpm_identity", word["mpm_identity"], identity)
    for reader in ("auditor", "keeper"):
        if reader in access:
            found["MPM_AUDITOR_URL"] = postgres.url(f"mpm_{reader}", word[f"mpm_{reader}"], research)
    return found


def common(state: State, valkey: Valkey, site_url: str) -> dict[str, str]:
    """What every process gets: the site's address and secret, its folders and the broker."""
    return {
        "DJANGO_SETTINGS_MODULE": "mpm_site.settings",
        "MPM_SECRET_KEY": state.secret("secret_key"),
        "MPM_SITE_URL": site_url,
        "MPM_KEYRING": str(state.folder("keyring")),
        "MPM_KEY_COPY": str(state.folder("key-copy")),
        "MPM_OBJECTS": str(state.folder("objects")),
        "MPM_STATIC_ROOT": str(state.folder("static")),
        "MPM_LOG_COPIES": str(state.folder("log-copies")),
        "MPM_LOG_VERIFIER": str(state.root / "log.vkey"),
        "MPM_BROKER_URL": valkey.url,
    }


def log_keys(state: State) -> dict[str, str]:
    """For the log worker, and for what makes its key: the folder of the key that signs the log."""
    return {"MPM_LOG_KEYS": str(state.folder("keyring-log"))}


def no_research() -> dict[str, str]:
    """For a process that has no business in research: the settings want an address, and this one leads nowhere."""
    return {"MPM_RESEARCH_URL": "postgresql://nobody:nothing@/nothing?host=/nonexistent"}


def mail_keyring(state: State) -> dict[str, str]:
    """The mail worker's own folder of keys: it opens addresses, and no photo.

    The key that opens addresses is moved here, out of the folder of every other process: those can only seal them.
    """
    folder, made = state.folder("keyring-mail"), state.folder("keyring") / "mail.key"
    if made.exists():
        made.replace(folder / made.name)
    for name in ("mail.pub", "blind-index.key"):
        link = folder / name
        if not link.is_symlink():
            link.symlink_to(f"../keyring/{name}")
    return {"MPM_KEYRING": str(folder)}


def of_shell(shell: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The few variables of the calling shell that a process keeps."""
    kept = {name: value for name, value in shell.items() if name in INHERITED or name.startswith(ADJUSTABLE)}
    return {**kept, "PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1"}
