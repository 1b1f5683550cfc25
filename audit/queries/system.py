"""How the log's keeper stands, in numbers for those who run the site (settings.SYSTEM_FIGURES)."""

from collections.abc import Mapping

from django.utils import timezone

from audit.copies.reading import CopiesDamaged, published, statement
from audit.models import Event
from audit.proofs.statements import NotAStatement
from audit.standalone.verify_log import Bad


def system_figures() -> Mapping[str, float]:
    """How old the oldest entry is that no checkpoint covers, when the keeper looked last, and what it objects to.

    A statement or checkpoint that is not the log's own counts as one that was refused.
    """
    try:
        said, signed = statement(), published()
    except (Bad, NotAStatement, CopiesDamaged, OSError):
        return {"log_refused": 1, "log_witnesses_objecting": 0}
    size = signed.size if signed else 0
    oldest = Event.objects.filter(index__gte=size).order_by("index").values_list("at", flat=True).first()
    now = timezone.now()
    figures: dict[str, float] = {
        "checkpoint_behind_seconds": max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        "log_refused": said is not None and (said.first_bad is not None or bool(said.refused)),
        "log_witnesses_objecting": len(said.objecting) if said else 0,
    }
    if said is not None:
        figures["log_looked_seconds"] = max(0.0, (now - said.looked_at).total_seconds())
    return figures
