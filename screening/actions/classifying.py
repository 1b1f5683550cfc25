"""Have the classifiers score a photo. They raise it to a person and never clear it; a failure raises it, too."""

import json
import logging
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from contributions.models import Photo
from contributions.queries import Look, Pixels, pixels_of
from screening.classifying.protocol import Classifier, ClassifierFailed, Picture, Scored
from screening.classifying.versions import VERSIONS
from screening.codes import CLASSIFY, MATCH_KNOWN, CodeKind, code, kind_of
from screening.models import Finding
from screening.queries.gate import newest_verdict
from screening.queries.policy import classifiers, current
from screening.transitions import VerdictState
from vault import actions as vault

logger = logging.getLogger(__name__)


def classify(*, photo_id: UUID) -> None:
    """Score a ready photo by each classifier of settings.CLASSIFIERS; the finding, written anew, is the result.

    Codes: `classifier:NAME` at its threshold and above, `classifier_failed:NAME` for whatever went wrong, `known:NAME`
    where a service found the picture on a list. No model sees whose photo it is. What is on a known list, locked or
    excluded is sent to no service.
    """
    photo = Photo.objects.select_related("rendition", "rendition__key").get(pk=photo_id)
    if photo.state != "ready" or photo.rendition is None:
        return
    policy, made_with = current(), classifiers()
    picture = _picture(photo)
    codes: list[str] = []
    scores: dict[str, dict[str, Any]] = {}
    stays_here = _stays_here(photo_id)
    for name, entry in settings.CLASSIFIERS.items():
        if "options" in entry and stays_here:
            continue
        found = _score(name, entry, picture)
        codes += _codes(name, entry["threshold"], found)
        if found is not None:
            scores[name] = {
                "score": round(found.score, 4),
                "version": found.version or VERSIONS[name],
                "threshold": entry["threshold"],
            }
    _keep(photo_id, codes, {"scores": scores}, {"policy": policy, "classifiers": made_with})


@transaction.atomic
def _keep(photo_id: UUID, codes: list[str], facts: dict[str, Any], made_with: dict[str, Any]) -> None:
    photo = Photo.objects.select_for_update(of=("self",)).get(pk=photo_id)
    if photo.state == "ready":
        found = {"codes": codes, "facts": facts, "made_with": made_with, "at": timezone.now()}
        Finding.objects.update_or_create(photo=photo, step=CLASSIFY, defaults=found)


def _stays_here(photo_id: UUID) -> bool:
    """Whether no service under a contract may be sent the picture: it may be illegal to pass on, or is out for good."""
    last = newest_verdict(photo_id)
    found = Finding.objects.filter(photo=photo_id, step=MATCH_KNOWN).values_list("codes", flat=True).first()
    is_known = any(kind_of(word) == CodeKind.KNOWN for word in found or ())
    return is_known or (last is not None and last.state in {VerdictState.LOCKED, VerdictState.EXCLUDED})


def _picture(photo: Photo) -> Picture:
    def pixels(look: Look) -> Pixels:
        (seen,) = pixels_of(photo, [look])
        return seen

    def jpeg() -> bytes:
        if photo.rendition is None:
            raise ClassifierFailed
        return vault.read(photo.rendition)

    return Picture(pixels=pixels, jpeg=jpeg)


def _score(name: str, entry: dict[str, Any], picture: Picture) -> Scored | None:
    """What the classifier says; None: nothing that may be relied on."""
    try:
        classifier = _loaded(entry["class"], json.dumps(entry.get("options", {}), sort_keys=True))
        found = classifier.score(picture)
    except Exception as error:  # noqa: BLE001 - whatever it was, a person looks instead
        logger.error("classifier %s failed: %s", name, type(error).__name__)  # noqa: TRY400 - no values in logs
        return None
    return found if 0 <= found.score <= 1 else None


def _codes(name: str, threshold: float, found: Scored | None) -> list[str]:
    if found is None:
        return [code(CodeKind.CLASSIFIER_FAILED, name)]
    codes = [code(CodeKind.KNOWN, name)] if found.known else []
    return [*codes, code(CodeKind.CLASSIFIER, name)] if found.score >= threshold else codes


@lru_cache(maxsize=8)
def _loaded(path: str, options: str) -> Classifier:
    """One in each process: a model takes memory, and a moment to load."""
    made: Classifier = import_string(path)(**json.loads(options))
    return made
