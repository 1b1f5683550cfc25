"""How the log's keeper stands, in numbers for those who run the site (settings.SYSTEM_FIGURES)."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from audit.copies.reading import CopiesDamaged, checkpoint, log_key, statement
from audit.models import Event
from audit.proofs.statements import NotAStatement
from audit.standalone.verify_log import Bad, open_checkpoint


def system_figures() -> Mapping[str, float]:
    """How old the oldest entry is that no checkpoint covers, when the keeper looked last, and what it objects to.

    A statement or checkpoint that is not the log's own counts as one that was refused. What nobody said is left out.
    Raises CopiesDamaged and OSError when they cannot be read: that tells nothing of the log.
    """
    try:
        said, note = statement(), checkpoint()
        size = open_checkpoint(note, log_key()).size if note else 0
    except CopiesDamaged:
        raise
    except (Bad, NotAStatement):
        return {"log_refused": 1}
    oldest = Event.objects.filter(index__gte=size).order_by("index").values_list("at", flat=True).first()
    now = timezone.now()
    figures: dict[str, float] = {"checkpoint_behind_seconds": _seconds(oldest, now) if oldest else 0.0}
    if said is not None:
        figures["log_refused"] = said.first_bad is not None or bool(said.refused)
        figures["log_witnesses_objecting"] = len(said.objecting)
        figures["log_looked_seconds"] = _seconds(said.looked_at, now)
    return figures


def _seconds(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())
