"""The kinds of process, and which MPM_ variables and keys each is given: one table for everything that starts one.

The compose file, the systemd units and .env.sample agree with it (tests/deploy), `make run` takes its environments from
it, and a process that holds what stands apart and is not its own does not start (mpm_site.guard).
"""

from collections.abc import Mapping
from typing import Final

Names = frozenset[str]

PAGES: Final[Names] = frozenset({"web", "upload"})
QUEUES: Final = ("images", "text", "mail", "sweep", "releases", "log")
KINDS: Final = ("web", "upload", *QUEUES, "beat")
ALL: Final[Names] = frozenset(KINDS)
NOBODY: Final[Names] = frozenset()
WEB: Final[Names] = frozenset({"web"})
IMAGES: Final[Names] = frozenset({"images"})
SWEEP: Final[Names] = frozenset({"sweep"})
LOG_ALONE: Final[Names] = frozenset({"log"})
# Who opens photos, by the epochs' keys.
PHOTOS: Final[Names] = frozenset({"web", "upload", "images", "text", "sweep", "releases"})
# Who compares the log with research, or writes it.
LOG: Final[Names] = PHOTOS | LOG_ALONE
MAILS: Final[Names] = frozenset({"mail", "sweep", "log"})
# Sessions, second factors, and links that are made from a row's id and this secret.
SIGNS: Final[Names] = PAGES | SWEEP
CAMPAIGN: Final = (
    *("NAME", "INSTITUTION", "ETHICS", "CONTACT", "GOAL"),
    *("ADDRESS", "COUNTRY", "STORED_IN", "AUTHORITY", "SUPPORT"),
)

# Credentials and secrets: who is not named here does not start while it holds one.
APART: Final[dict[str, Names]] = {
    "MPM_SECRET_KEY": SIGNS,
    "MPM_SECRET_KEY_FALLBACKS": SIGNS,
    "MPM_RESEARCH_URL": PHOTOS,
    "MPM_IDENTITY_URL": PAGES | {"mail", "sweep"},
    "MPM_AUDITOR_URL": WEB | LOG_ALONE,
    "MPM_LOG_KEYS": LOG_ALONE,
    # Its address holds a password.
    "MPM_BROKER_URL": ALL,
    "MPM_SMTP_PASSWORD": MAILS,
    "MPM_MAIL_PROVIDER_SETTINGS": MAILS | WEB,
    "MPM_MAIL_WEBHOOK_SECRET": WEB,
    "MPM_METRICS_TOKEN": WEB,
    "MPM_S3_KEY_ID": LOG,
    "MPM_S3_SECRET": LOG,
    "MPM_NCMEC_PASSWORD": IMAGES,
    "MPM_HIVE_KEY": IMAGES,
    "MPM_CONTENT_SAFETY_KEY": IMAGES,
    "MPM_ARACHNID_SHIELD_PASSWORD": IMAGES,
    # For `bootstrap_roles`, and gone afterwards.
    "MPM_SUPERUSER_URL": NOBODY,
    "MPM_OWNER_PASSWORD": NOBODY,
    "MPM_APP_PASSWORD": NOBODY,
    "MPM_IDENTITY_PASSWORD": NOBODY,
    "MPM_AUDITOR_PASSWORD": NOBODY,
    "MPM_KEEPER_PASSWORD": NOBODY,
    # For `python -m deploy.backup`.
    "MPM_BACKUP_RESEARCH_URL": NOBODY,
    "MPM_BACKUP_IDENTITY_URL": NOBODY,
}
# Credentials by other programs' names: how these begin, and in which kinds a package of ours may read them.
_OF_BOTO3: Final = (
    *("AWS_ACCESS_KEY", "AWS_SECRET", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_CONFIG_FILE"),
    *("AWS_SHARED_CREDENTIALS", "AWS_CONTAINER", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY"),
)
_OF_LIBPQ: Final = ("PGPASS", "PGSERVICE", "PGSSLKEY")
FOREIGN: Final[dict[str, Names]] = {
    **dict.fromkeys(_OF_BOTO3, APART["MPM_S3_SECRET"]),
    **dict.fromkeys(_OF_LIBPQ, ALL - frozenset({"beat"})),
}

# Settings that are no secret: held by others they do no harm.
PLAIN: Final[dict[str, Names]] = {
    "MPM_KIND": ALL,
    "MPM_SITE_URL": ALL,
    "MPM_HOSTS_WITHIN": ALL,
    "MPM_LOG_FORMAT": ALL,
    "MPM_CAMPAIGN_DIR": ALL,
    **{f"MPM_CAMPAIGN_{name}": ALL for name in CAMPAIGN},
    "MPM_DEMO": PHOTOS,
    "MPM_INBOX_URL": WEB,
    "MPM_KEYRING": PHOTOS | {"mail"},
    "MPM_KEY_COPY": SWEEP,
    "MPM_OBJECTS": PHOTOS,
    "MPM_S3_ENDPOINT": LOG,
    "MPM_S3_REGION": LOG,
    "MPM_S3_BUCKET": PHOTOS,
    "MPM_S3_LOG_BUCKET": LOG,
    "MPM_LOG_VERIFIER": LOG,
    "MPM_LOG_COPIES": LOG,
    "MPM_LOG_WITNESSES": LOG_ALONE,
    "MPM_LOG_MAIL_TO": LOG_ALONE,
    "MPM_ALARM_MAIL_TO": SWEEP,
    "MPM_BACKUP_SAID": WEB | SWEEP,
    "MPM_STATIC_ROOT": PAGES,
    "MPM_SMTP_HOST": MAILS,
    "MPM_SMTP_PORT": MAILS,
    "MPM_SMTP_USER": MAILS,
    "MPM_SMTP_TLS": MAILS,
    "MPM_MAIL_FROM": MAILS | WEB,
    "MPM_MAIL_PROVIDER": MAILS | WEB,
    "MPM_CLIENT_HOURLY_FILES": PAGES,
    "MPM_VIEWS_AN_HOUR": WEB,
    "MPM_VIEWS_OUTSIDE_TASKS_AN_HOUR": WEB,
    "MPM_UNVERIFIED_MAX_GB": PAGES,
    "MPM_FREE_DISK_FLOOR_GB": PAGES | SWEEP,
    "MPM_KNOWN_LISTS_REQUIRED": PHOTOS,
    "MPM_CLASSIFIER_SERVICES": PHOTOS,
    "MPM_NOTICE_NAMES_SERVICES": PHOTOS,
    "MPM_NCMEC_ENVIRONMENT": IMAGES,
    "MPM_NCMEC_USER": IMAGES,
    "MPM_ARACHNID_SHIELD_USER": IMAGES,
    "MPM_TEXT_READER": PHOTOS,
    "MPM_SECOND_OPINION_PERCENT": PHOTOS,
    "MPM_RELEASE_SHARD_PHOTOS": PHOTOS,
    "MPM_WITHDRAWAL_BATCH": PHOTOS,
    "MPM_WITHDRAWAL_WAIT_DAYS": PHOTOS,
    "MPM_DELIVERY_DAYS": PHOTOS,
    "MPM_FETCHES_AT_ONCE": WEB,
    "MPM_DECODE_WITHOUT_FILTER": IMAGES,
    "MPM_BIND": PAGES,
    "MPM_WEB_WORKERS": PAGES,
    "MPM_WEB_THREADS": PAGES,
    "MPM_UPLOADS_AT_ONCE": PAGES,
    "MPM_UPLOADS_AT_ONCE_EACH": PAGES,
    "MPM_PROXY_ADDRESSES": PAGES,
}
VARIABLES: Final[dict[str, Names]] = {**APART, **PLAIN}

# What a process cannot do its work without: the settings have no default for it.
NEEDED: Final[Names] = frozenset(
    {
        "MPM_SECRET_KEY",
        "MPM_RESEARCH_URL",
        "MPM_SITE_URL",
        "MPM_BROKER_URL",
        "MPM_KEYRING",
        "MPM_KEY_COPY",
        "MPM_OBJECTS",
        "MPM_LOG_VERIFIER",
        "MPM_LOG_COPIES",
        "MPM_STATIC_ROOT",
    }
)
# The PostgreSQL role that each address signs in as.
ROLES: Final[dict[str, Mapping[str, str]]] = {
    "MPM_RESEARCH_URL": dict.fromkeys(PHOTOS, "mpm_app"),
    "MPM_IDENTITY_URL": dict.fromkeys(APART["MPM_IDENTITY_URL"], "mpm_identity"),
    "MPM_AUDITOR_URL": {"web": "mpm_auditor", "log": "mpm_keeper"},
}
# Files of the keyring, and who may read them. The public halves and digests.key are for whoever has the folder.
KEY_FILES: Final[dict[str, Names]] = {
    "mail.key": frozenset({"mail"}),
    "release-signing.key": frozenset({"web", "releases"}),
    "blind-index.key": frozenset({"web", "mail", "sweep"}),
    "epoch-*.key": PHOTOS,
}


def gets(kind: str, name: str) -> bool:
    """Whether a process of this kind is given the variable; one of no kind, such as a command by hand, may have all."""
    return not kind or kind in VARIABLES[name]


def needs(kind: str, name: str) -> bool:
    """Whether the settings must be told this variable in a process of this kind."""
    return name in NEEDED and gets(kind, name)


def only(kind: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Of an environment what a process of this kind is given, with its kind; what is not the site's stays."""
    kept = {name: value for name, value in environment.items() if kind in VARIABLES.get(name, ALL)}
    return {**kept, "MPM_KIND": kind}


def who(name: str) -> str:
    """Who is given a variable, in the words of .env.sample."""
    given = VARIABLES[name]
    return "all" if given == ALL else ", ".join(kind for kind in KINDS if kind in given) or "nobody that runs"
