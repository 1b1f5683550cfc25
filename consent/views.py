"""The notices, for everybody to read: as they were published."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

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


def _show(request: HttpRequest, notice: ConsentNotice) -> HttpResponse:
    others = ConsentNotice.objects.exclude(pk=notice.pk).order_by("-published_at", "language")
    context = {"notice": notice, "sections": sections(notice.text), "others": others}
    return render(request, "consent/notice.html", context)
