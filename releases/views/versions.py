"""The public page of one version: when it was given out, and what became of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from releases import queries


@require_safe
def version_show(request: HttpRequest, audience: str, number: int) -> HttpResponse:
    """One version as everybody may read of it; once it ended, why, and what whoever holds it has to do."""
    found = queries.version(audience, number)
    if found is None:
        raise Http404
    return render(request, "releases/version.html", {"version": found})
