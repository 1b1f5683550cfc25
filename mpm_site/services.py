"""Contracted services that score photos: off unless the environment names them and gives their keys, and the notice
names them, too."""

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

    Raises ImproperlyConfigured for a service that we have no adapter for, that has no key, or that people were not told
    of: each photo is sent to it.
    """
    told = _names("MPM_NOTICE_NAMES_SERVICES")
    return {name: _entry(name, told) for name in _names("MPM_CLASSIFIER_SERVICES")}


def _entry(name: str, told: list[str]) -> dict[str, Any]:
    if name not in SERVICES:
        raise ImproperlyConfigured(f"MPM_CLASSIFIER_SERVICES may name {', '.join(sorted(SERVICES))}, not {name!r}.")
    if name not in told:
        raise ImproperlyConfigured(
            f"{name} would be sent every photo: publish a notice that says so, name it in MPM_NOTICE_NAMES_SERVICES."
        )
    service = SERVICES[name]
    options = {option: env.text(variable) for option, variable in service["secrets"].items()}
    return {"class": service["class"], "threshold": service["threshold"], "options": options}


def _names(variable: str) -> list[str]:
    return [name for name in env.text(variable, "").replace(" ", "").split(",") if name]
