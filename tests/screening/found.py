"""Photos with findings as the steps would leave them, without the steps: for what is made of findings."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from contributions import actions as contributions
from contributions.models import Photo
from screening import actions, queries
from screening.codes import CLASSIFY, MATCH_KNOWN
from screening.models import Finding, Verdict
from screening.queries.policy import classifiers
from screening.versions import INDEX, METHOD
from tests import pictures
from tests.builders import CLIENT, upload


def ready() -> Photo:
    """A photo that was rebuilt, and that nothing has looked at: its bytes stand for all of its renditions."""
    sending = contributions.start(language="en", client=CLIENT)
    photo = contributions.add_photo(
        sending=sending.pk, upload=upload(pictures.png(64, 48)), client_key=uuid4(), number=1, client=CLIENT
    ).photo
    photo.steps.all().delete()
    Photo.objects.filter(pk=photo.pk).update(
        state="ready",
        width=64,
        height=48,
        content_sha256="0" * 64,
        full=photo.received,
        rendition=photo.received,
        thumbnail=photo.received,
        ready_at=photo.received_at,
    )
    photo.refresh_from_db()
    return photo


def find(
    photo: Photo,
    *,
    matched: Sequence[str] = (),
    classified: Sequence[str] = (),
    matches: Sequence[dict[str, Any]] = (),
    scores: Mapping[str, Any] | None = None,
) -> None:
    """Write what the two needed steps have found, under the present policy: codes, and the facts behind them."""
    of_steps: dict[str, dict[str, Any]] = {
        MATCH_KNOWN: {
            "codes": list(matched),
            "facts": {"matches": list(matches)},
            "made_with": {"method": METHOD, "index": INDEX},
        },
        CLASSIFY: {
            "codes": list(classified),
            "facts": {"scores": dict(scores or {})},
            "made_with": {"policy": queries.current_policy(), "classifiers": classifiers()},
        },
    }
    for step, found in of_steps.items():
        Finding.objects.update_or_create(photo=photo, step=step, defaults=found)


def judged(photo: Photo, **found: Any) -> Verdict:
    """Write findings and judge the photo by them; the verdict that counts then."""
    find(photo, **found)
    actions.judge(photo_id=photo.pk)
    verdict = queries.newest_verdict(photo.pk)
    assert verdict is not None
    return verdict


def ruled(photo: Photo, state: str, reason: str = "ordinary") -> Verdict:
    """An officer's ruling as it stands in the table, however it came about."""
    last = queries.newest_verdict(photo.pk)
    assert last is not None
    assert photo.full_id is not None
    return Verdict.objects.create(
        photo=photo, content=photo.full_id, policy=last.policy, state=state, reasons=[reason], by=f"staff:{uuid4()}"
    )
