"""What each process of a local instance is told: its own databases and folders, and nothing that it does not need."""

import os
from collections.abc import Mapping
from typing import Literal

from deploy.local.postgres import Postgres
from deploy.local.state import CHECKOUT, State
from deploy.local.valkey import Valkey
from mpm_site import env, kinds, roles

RESEARCH, IDENTITY = "mpm_research", "mpm_identity"
Access = Literal["research", "identity", "auditor", "keeper", "owner"]

# Taken over from the shell that started us; everything else a process sees is named in this file.
INHERITED = ("PATH", "HOME", "LANG", "TERM", "TMPDIR", "TZ")
# Settings that hold no secret and may differ on one's own machine: all but its folders, addresses and services, which
# are a local instance's own, and what says which process this is.
_OWN = {"MPM_KIND", "MPM_BIND", "MPM_DEMO", "MPM_INBOX_URL", "MPM_PROXY_ADDRESSES", "MPM_HOSTS_WITHIN"}
_SERVICES = (
    *("MPM_S3_", "MPM_SMTP_", "MPM_MAIL_PROVIDER", "MPM_LOG_WITNESSES"),
    *("MPM_CLASSIFIER_", "MPM_NOTICE_NAMES_", "MPM_NCMEC_", "MPM_ARACHNID_"),
)
ADJUSTABLE = frozenset(name for name in frozenset(kinds.PLAIN) - kinds.NEEDED - _OWN if not name.startswith(_SERVICES))
# What a role of the database reaches.
_ACCESS: dict[str, Access] = {
    "mpm_app": "research",
    "mpm_identity": "identity",
    "mpm_auditor": "auditor",
    "mpm_keeper": "keeper",
}


def passwords(state: State) -> dict[str, str]:
    """The generated password of each role that signs in."""
    return {role: state.secret(role) for role in roles.LOGIN_ROLES}


def access(kind: str) -> set[Access]:
    """The databases of a process of this kind, by the roles that it signs in as (mpm_site.kinds)."""
    return {_ACCESS[by_kind[kind]] for by_kind in kinds.ROLES.values() if kind in by_kind}


def databases(
    state: State, postgres: Postgres, reached: set[Access], *, research: str = RESEARCH, identity: str = IDENTITY
) -> dict[str, str]:
    """The database addresses a process gets; with `owner` both are the owner's, for migrations alone."""
    word = passwords(state)
    if "owner" in reached:
        return {
            "MPM_RESEARCH_URL": postgres.url("mpm_owner", word["mpm_owner"], research),
            "MPM_IDENTITY_URL": postgres.url("mpm_owner", word["mpm_owner"], identity),
        }
    found: dict[str, str] = {}
    if "research" in reached:
        found["MPM_RESEARCH_URL"] = postgres.url("mpm_app", word["mpm_app"], research)
    if "identity" in reached:
        found["MPM_IDENTITY_URL"] = postgres.url("mpm_identity", word["mpm_identity"], identity)
    for reader in ("auditor", "keeper"):
        if reader in reached:
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
    return {"MPM_RESEARCH_URL": env.NO_DATABASE}


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
    kept = {name: value for name, value in shell.items() if name in ADJUSTABLE.union(INHERITED)}
    return {**kept, "PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1"}
