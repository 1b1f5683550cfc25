"""Whether the log is whole, in detail, and how to check it on a machine of one's own."""

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from audit import queries
from audit.copies import reading
from audit.copies.reading import CopiesDamaged
from audit.desk.sentences import numbered
from audit.desk.standing import standing_now
from audit.permissions import check_can_read_log

logger = logging.getLogger(__name__)


@require_safe
def integrity(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint as it was signed, who vouched for it and when, and the commands that check it elsewhere."""
    check_can_read_log(request.user)
    log = f"{settings.SITE_URL}{reverse('audit:log')}".rstrip("/")
    key = queries.log_vkey()
    standing = standing_now()
    statement = standing.statement
    context = {
        "standing": standing,
        "size": statement and numbered(statement.size),
        "verified_size": statement and numbered(statement.verified_size),
        **_newest(),
        "key": key,
        "verify": f"python verify_log.py export log.jsonl --key '{key}'",
        "verify_kept": f"python verify_log.py export log.jsonl --key '{key}' --kept checkpoint.txt",
        "verify_proof": f"python verify_log.py proof entry-0.tlog-proof --key '{key}'",
        "watch": f"python watch_log.py {log} --key '{key}' --state log-state --every 60",
    }
    return render(request, "audit/integrity.html", context)


def _newest() -> dict[str, Any]:
    """The published note to the letter, as far as it can be read, and whether it is not the log's own."""
    note = None
    try:
        note = queries.checkpoint()
        reading.published()
    except CopiesDamaged:
        logger.exception("The published checkpoint is not good.")
        return {"note": note, "damaged": True}
    return {"note": note, "damaged": False}
