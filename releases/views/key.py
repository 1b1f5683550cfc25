"""The key that versions are signed with, told apart from every version, so that a copy can be held against it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from releases import queries
from vault.queries import verify_key_pem


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The fingerprint of the key, and how to hold a copy against it."""
    return render(request, "releases/key.html", {"fingerprint": queries.key_fingerprint(), "site": settings.SITE_URL})


@require_safe
def key_file(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - it is the same for all
    """The public key as PEM, to keep."""
    response = HttpResponse(verify_key_pem(), content_type="application/x-pem-file")
    response["Content-Disposition"] = 'attachment; filename="public-key.pem"'
    return response
