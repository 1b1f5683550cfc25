"""What belongs to the site and to no room: health, language, and the pages for what went wrong."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language as set_language_cookie

from mpm_site import health

# How long what /.well-known/security.txt says may be relied on, from the day on which it was read.
SECURITY_TEXT_DAYS: Final = 180


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers at all. Asks nobody, so never waits.

    Monitors are told, too, what it was last found to reach; to everybody else that says when to attack.
    """
    told = health.remembered() if import_string(settings.MONITOR)(request) else {}
    lines = ["ok", *(f"{name}: {said}" for name, said in told.items())]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when this process can do its work, else 503; each check by name, yes or no.

    What all processes share and no other process would do better without (settings.TOLD_CHECKS) is told alone.
    """
    checks = {
        "database": health.database_answers,
        "migrations": health.migrations_done,
        **{name: import_string(check) for name, check in settings.READY_CHECKS.items()},
    }
    if "identity" in settings.DATABASES:
        checks["identity"] = partial(health.database_answers, "identity")
    found = health.answers(checks)
    is_ready = all(found.values())
    told = health.told({name: import_string(check) for name, check in settings.TOLD_CHECKS.items()})
    return JsonResponse({**found, **told}, status=200 if is_ready else 503)


@require_GET
def security_text(request: HttpRequest) -> HttpResponse:
    """Where somebody tells us of a weakness that they found (RFC 9116)."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = {
        "Contact": f"mailto:{settings.CAMPAIGN['contact']}",
        "Expires": f"{today + timedelta(days=SECURITY_TEXT_DAYS):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages": ", ".join(code for code, _name in settings.LANGUAGES),
        "Canonical": f"{settings.SITE_URL}{request.path}",
    }
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and go back to the page, if the page is ours."""
    return set_language_cookie(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400. Rendered without the request's context: its host or session may be what was wrong."""
    return render(None, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, the same words for every reason."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; never says whether something of that name exists for somebody else."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500. Uses neither database, session nor names of other pages, since one of them may be what failed."""
    return render(None, "500.html", {"campaign": settings.CAMPAIGN}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose secret is missing or old. The reason stays with us."""
    return render(request, "403_csrf.html", status=403)
