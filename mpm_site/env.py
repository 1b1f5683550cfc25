"""Reading the environment: every value is checked once, at start, and a bad one stops the process with a sentence."""

import json
import os
import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# The folder, or a database's host, of a process that was not given one.
NOWHERE = "/nonexistent"
NO_DATABASE = f"postgresql://nobody:nothing@/nothing?host={NOWHERE}"
# A variable of this name beside another's holds the path of a file to read that one from: for secrets.
IN_FILE = "_FILE"
# A database's connection ends at both ends once the other host was silent for half a minute; systems wait two hours.
# What a lost host had locked, such as a photo or a shard, is then free again for the others.
SILENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
    "options": (
        "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4 -c tcp_user_timeout=30000"
    ),
}
# What a database's address may say of its connection's encryption, by libpq's own names.
TLS_OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding")


def text(name: str, default: str | None = None) -> str:
    """The variable's text; raises ImproperlyConfigured when it is missing and has no default."""
    value = _in_file(name) or os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set; .env.sample says what it is for.")
    return value


def _in_file(name: str) -> str:
    """What the file holds that NAME_FILE names, without the line's end; nothing where no file is named."""
    path = os.environ.get(f"{name}{IN_FILE}")
    if not path:
        return ""
    if os.environ.get(name):
        raise ImproperlyConfigured(f"{name} and {name}{IN_FILE} are both set: take one away.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        raise ImproperlyConfigured(f"The file that {name}{IN_FILE} names cannot be read.") from None


def word(name: str, default: str) -> str:
    """The variable as one word of small letters, digits and underscores, or its default."""
    value = text(name, default)
    if value and not re.fullmatch(r"[a-z][a-z0-9_]*", value):
        raise ImproperlyConfigured(f"{name} must be one word of small letters.")
    return value


def names(name: str) -> list[str]:
    """The variable as words by comma; no words where it is not set."""
    return [word for word in map(str.strip, text(name, "").split(",")) if word]


def json_object(name: str, default: str) -> dict[str, object]:
    """The variable as a JSON object. What it holds may be secret and is never repeated."""
    try:
        value = json.loads(text(name, default))
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ImproperlyConfigured(f'{name} must be a JSON object such as {{"NAME": "value"}}.')
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """The variable as yes (1) or no (0)."""
    value = os.environ.get(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def number(name: str, default: int) -> int:
    """The variable as a whole number of at least 0."""
    value = os.environ.get(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def folder(name: str, *, required: bool = True, default: Path | None = None) -> Path:
    """The variable as an absolute path (nothing need exist there yet), or its default; when not required, nowhere."""
    if not os.environ.get(name) and (default is not None or not required):
        return default or Path(NOWHERE)
    path = Path(text(name))
    if not path.is_absolute():
        raise ImproperlyConfigured(f"{name} must be an absolute path.")
    return path


def database(name: str, default: str | None = None) -> dict[str, object]:
    """Django's database settings from a URL such as postgresql://user:password@/name?host=/run/folder&port=5432.

    It may ask for encryption too (TLS_OPTIONS). What nobody would read raises ImproperlyConfigured.
    """
    parts = urlsplit(text(name, default))
    if parts.scheme != "postgresql" or not parts.username or not parts.password or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must read postgresql://user:password@host/database.")
    query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
    if unread := sorted(query.keys() - {"host", "port", *TLS_OPTIONS}):
        raise ImproperlyConfigured(f"{name} asks for {', '.join(unread)}, which an address of a database cannot say.")
    tls = {key: query[key] for key in TLS_OPTIONS if query.get(key)}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username),
        "PASSWORD": unquote(parts.password),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": query.get("port") or str(parts.port or 5432),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "mpm", **SILENCE, **tls},
    }
