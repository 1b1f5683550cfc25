"""What this process holds and must not: credentials in its environment, keys in its folder."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from mpm_site import env, kinds


def named() -> str:
    """The kind that MPM_KIND gives this process, or nothing: a command by hand, a test.

    Raises ImproperlyConfigured for a name that is no kind, and for a process that was given what stands apart from it.
    """
    kind = env.text("MPM_KIND", "")
    if kind and kind not in kinds.KINDS:
        raise ImproperlyConfigured(f"MPM_KIND must be one of {', '.join(kinds.KINDS)}, not {kind!r}.")
    if kind and (found := " ".join(in_environment(kind, os.environ))):
        raise ImproperlyConfigured(found)
    return kind


def in_environment(kind: str, environment: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each variable that a process of this kind must not hold, and each wrong role; never a value.

    Another program's names count as well as ours: boto3 and libpq read their own (kinds.FOREIGN).
    """
    for name in sorted(kinds.APART):
        if not _is_given(name, environment):
            continue
        if kind not in kinds.APART[name]:
            yield f"{name} is for {kinds.who(name)}, and this process is {kind}: take it away."
        elif (role := kinds.ROLES.get(name, {}).get(kind)) and _role(env.text(name)) != role:
            yield f"{name} must sign in as {role} in {kind}."
    for name in sorted(name for name in environment if environment[name]):
        if any(name.startswith(begins) and kind not in who for begins, who in kinds.FOREIGN.items()):
            yield f"{name} is a credential of a service that {kind} does not use: take it away."


def in_keyring(kind: str, folder: Path) -> Iterator[str]:
    """A sentence for each key file that a process of this kind can read and must not.

    An empty file is none: that is how a container covers one up.
    """
    for pattern, holders in kinds.KEY_FILES.items():
        if kind not in holders:
            found = sorted(path.name for path in folder.glob(pattern) if _is_readable(path))
            yield from (f"{name} can be read, and this process is {kind}: hide or move it." for name in found)


def _is_given(name: str, environment: Mapping[str, str]) -> bool:
    if environment.get(f"{name}{env.IN_FILE}"):
        return True
    # An address that leads nowhere is what a process without a database may be told.
    return bool(environment.get(name)) and f"host={env.NOWHERE}" not in environment[name]


def _role(address: str) -> str:
    return unquote(urlsplit(address).username or "")


def _is_readable(path: Path) -> bool:
    try:
        return bool(path.read_bytes())
    except OSError:
        return False
