"""What keeps a process from working with the store of sealed objects."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.checks import CheckMessage, Error

from vault import objects

logger = logging.getLogger(__name__)
VERSIONED = (
    "The bucket of sealed pictures (MPM_S3_BUCKET) keeps versions, or did: what is erased would stay there. Take one "
    "that never did."
)
UNKNOWN = (
    "The key of the bucket of sealed pictures (MPM_S3_KEY_ID) may not ask whether the bucket keeps versions: give it "
    "the right s3:GetBucketVersioning, and see that key, secret and bucket are right."
)


def refusal() -> str:
    """Why nobody may work with the store, in one sentence; empty: they may, or it is silent and nobody can say."""
    keeps_versions: Callable[[], bool] | None = getattr(objects.storage(), "keeps_versions", None)
    if keeps_versions is None:
        return ""
    try:
        return VERSIONED if keeps_versions() else ""
    except PermissionError:
        return UNKNOWN
    except OSError as error:
        # People withdraw and sign in without it: /readyz says so, and whoever starts later asks again.
        logger.warning("Nobody knows whether the bucket of sealed pictures keeps versions: %s", error)
        return ""


def check_store(**_options: Any) -> list[CheckMessage]:
    """The same for `manage.py check --deploy`."""
    return [Error(said, id="vault.E001")] if (said := refusal()) else []
