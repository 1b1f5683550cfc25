"""The notices: for everybody to read as they were published, and for auditors with what changed between them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from audit.permissions import check_can_read_log
from consent import queries
from consent.models import ConsentNotice
from consent.queries import latest_notice, sections


@require_safe
def notice_latest(request: HttpRequest) -> HttpResponse:
    """The newest notice in the reader's language."""
    return _show(request, latest_notice(get_language() or ""))


@require_safe
def notice_show(request: HttpRequest, version: str, language: str) -> HttpResponse:
    """One version in one language, as people agreed to it."""
    return _show(request, get_object_or_404(ConsentNotice, version=version, language=language))


@require_safe
def audit_notices(request: HttpRequest) -> HttpResponse:
    """Every notice with its approval, its fingerprint, the consents that rest on it and what changed, for auditors."""
    check_can_read_log(request.user)
    return render(request, "consent/audit_notices.html", {"notices": queries.audit_notices()})


def _show(request: HttpRequest, notice: ConsentNotice) -> HttpResponse:
    others = ConsentNotice.objects.exclude(pk=notice.pk).order_by("-published_at", "language")
    context = {"notice": notice, "sections": sections(notice.text), "others": others}
    return render(request, "consent/notice.html", context)
