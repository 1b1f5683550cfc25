"""Which verdicts are good: those under the present policy, and for a while those under the one before it."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField
from django.utils import timezone

from consent.queries import Anew
from screening.classifying.versions import VERSIONS
from screening.models import PolicyChange
from screening.versions import INDEX, METHOD


def classifiers() -> dict[str, str]:
    """The version and threshold of each classifier in use, by its name."""
    return {name: f"{VERSIONS[name]}@{entry['threshold']}" for name, entry in settings.CLASSIFIERS.items()}


def chain() -> dict[str, Any]:
    """What a verdict is made with: the way of hashing, the index, the classifiers, and the lists that must be there."""
    required = sorted(settings.KNOWN_LISTS_REQUIRED)
    return {"method": METHOD, "index": INDEX, "classifiers": classifiers(), "required": required}


def current() -> str:
    """The present policy: its name in the settings, and eight hex digits of the chain that it runs with."""
    digest = hashlib.sha256(json.dumps(chain(), sort_keys=True).encode()).hexdigest()
    return f"{settings.SCREENING_POLICY}:{digest[:8]}"


def under_good_policy() -> Q:
    """A condition on verdicts. Until a worker has noticed a change, only verdicts under the present policy count."""
    return Q(policy=Anew(current, TextField())) | Q(policy__in=_not_over().values("before"))


def _not_over() -> QuerySet[Any]:
    """Changes whose deadline is still to come, each with the policy `before` it (None: it is the first)."""
    before = PolicyChange.objects.filter(pk__lt=OuterRef("pk")).order_by("-pk").values("policy")[:1]
    return PolicyChange.objects.filter(deadline__gt=Anew(_now)).annotate(before=Subquery(before))


def _now() -> datetime:
    return timezone.now()
