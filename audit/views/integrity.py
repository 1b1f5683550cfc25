"""Whether the log is whole, in detail, and how to check it on a machine of one's own."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from audit import queries
from audit.desk.sentences import numbered
from audit.desk.standing import standing_now
from audit.permissions import check_can_read_log


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
        "note": queries.checkpoint(),
        "key": key,
        "verify": f"python verify_log.py export log.jsonl --key '{key}'",
        "verify_kept": f"python verify_log.py export log.jsonl --key '{key}' --kept checkpoint.txt",
        "watch": f"python watch_log.py {log} --key '{key}' --state log-state --every 60",
    }
    return render(request, "audit/integrity.html", context)
