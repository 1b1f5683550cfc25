"""What is asked outside of the site, and with which keys: services under a contract that score photos; list servers.

All are off unless the environment names them. Names stand wherever settings are read, because a verdict counts by which
classifiers there are; keys stand where somebody is asked, in the images worker alone.
"""

from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured

from mpm_site import env

SERVICES: Final[dict[str, dict[str, Any]]] = {
    "hive": {
        "class": "screening.classifying.hive.Hive",
        "threshold": 0.1,
        "secrets": {"key": "MPM_HIVE_KEY"},
    },
    "content_safety": {
        "class": "screening.classifying.content_safety.ContentSafety",
        "threshold": 0.5,
        "secrets": {"key": "MPM_CONTENT_SAFETY_KEY"},
    },
    "arachnid_shield": {
        "class": "screening.classifying.arachnid_shield.ArachnidShield",
        "threshold": 0.5,
        "secrets": {"user": "MPM_ARACHNID_SHIELD_USER", "password": "MPM_ARACHNID_SHIELD_PASSWORD"},
    },
}


def contracted() -> dict[str, dict[str, Any]]:
    """The entries for settings.CLASSIFIERS of the services that MPM_CLASSIFIER_SERVICES names.

    Raises ImproperlyConfigured for a service that we have no adapter for, or that people were not told of: each photo
    is sent to it. Keys that this process was not given are left out, and without them no adapter can be made.
    """
    told = env.names("MPM_NOTICE_NAMES_SERVICES")
    return {name: _entry(name, told) for name in env.names("MPM_CLASSIFIER_SERVICES")}


def exchanges() -> dict[str, dict[str, str]]:
    """The list servers for settings.LIST_EXCHANGES; raises ImproperlyConfigured for an account without a password."""
    user = env.text("MPM_NCMEC_USER", "")
    if not user:
        return {}
    return {
        "ncmec": {
            "client": "screening.exchanges.ncmec.Ncmec",
            "environment": env.text("MPM_NCMEC_ENVIRONMENT", "Industry"),
            "user": user,
            "password": env.text("MPM_NCMEC_PASSWORD"),
        }
    }


def missing_keys() -> str:
    """Which keys a process lacks that is to ask the services, in one sentence; empty: none."""
    wanted = [key for name in env.names("MPM_CLASSIFIER_SERVICES") for key in SERVICES[name]["secrets"].values()]
    missing = [key for key in wanted if not env.text(key, "")]
    return f"The images worker asks services under a contract and needs {', '.join(missing)}." if missing else ""


def _entry(name: str, told: list[str]) -> dict[str, Any]:
    if name not in SERVICES:
        raise ImproperlyConfigured(f"MPM_CLASSIFIER_SERVICES may name {', '.join(sorted(SERVICES))}, not {name!r}.")
    if name not in told:
        raise ImproperlyConfigured(
            f"{name} would be sent every photo: publish a notice that says so, name it in MPM_NOTICE_NAMES_SERVICES."
        )
    service = SERVICES[name]
    given = {option: env.text(variable, "") for option, variable in service["secrets"].items()}
    options = {option: value for option, value in given.items() if value}
    return {"class": service["class"], "threshold": service["threshold"], "options": options}
