"""The notices: for everybody to read as they were published, and for staff with what changed between them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from audit.permissions import check_can_read_log
from consent import queries
from consent.models import ConsentNotice, Scope
from consent.queries import changes, latest_notice, notice_before, sections


@require_safe
def notice_latest(request: HttpRequest) -> HttpResponse:
    """The newest notice in the reader's language."""
    return _show(request, latest_notice(get_language() or ""))


@require_safe
def notice_show(request: HttpRequest, version: str, language: str) -> HttpResponse:
    """One version in one language, as people agreed to it."""
    return _show(request, get_object_or_404(ConsentNotice, version=version, language=language))


@require_safe
def notice_changes(request: HttpRequest, version: str, language: str) -> HttpResponse:
    """What changed in one version since the one before, or since the version that ?since= names, in that language."""
    notice = get_object_or_404(ConsentNotice, version=version, language=language)
    since = request.GET.get("since", "").replace("\0", "")
    before = notice_before(notice)
    if since:
        before = get_object_or_404(ConsentNotice, version=since, language=language)
    context = {"notice": notice, "before": before, "changes": changes(before, notice) if before else []}
    return render(request, "consent/notice_changes.html", context)


@require_safe
def staff_notices(request: HttpRequest) -> HttpResponse:
    """Every notice with its approval and what changed, for whoever works here (the guard of /staff/ says who does)."""
    return render(request, "consent/staff_notices.html", {"notices": queries.audit_notices(using="default")})


@require_safe
def audit_notices(request: HttpRequest) -> HttpResponse:
    """Every notice with its approval, its fingerprint, the consents that rest on it and what changed, for auditors."""
    check_can_read_log(request.user)
    return render(request, "consent/audit_notices.html", {"notices": queries.audit_notices(), "log": True})


def _show(request: HttpRequest, notice: ConsentNotice) -> HttpResponse:
    others = ConsentNotice.objects.exclude(pk=notice.pk).order_by("-published_at", "language")
    context = {
        "notice": notice,
        "sections": sections(notice.text),
        "others": others,
        "purposes": [scope for scope in Scope if scope in notice.scopes],
        "before": notice_before(notice),
    }
    return render(request, "consent/notice.html", context)
