"""Why one photo is in a release or out of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from releases import permissions, queries
from releases.forms import WhyForm
from releases.models import Audience


@require_GET
def why(request: HttpRequest) -> HttpResponse:
    """What the newest release of an audience asks, and with `?photo` the answers for that photo."""
    permissions.check_can_curate(request.user)
    form = WhyForm(request.GET) if "photo" in request.GET else WhyForm(initial=_audience(request))
    found = form.is_valid()
    audience = form.cleaned_data["audience"] if found else _audience(request)["audience"]
    rules, release = queries.rules_for(Audience(audience))
    context: dict[str, Any] = {
        "form": form,
        "release": release,
        "audience": Audience(audience).label,
        "rules": queries.rules_in_words(release) if release else [],
    }
    if found:
        photo = form.cleaned_data["photo"]
        items = [(item, queries.badges(item.release)) for item in queries.items_of(photo)]
        context |= {"photo": photo, "why": queries.why(photo, rules), "items": items}
    return render(request, "releases/why.html", context, status=422 if form.errors else 200)


def _audience(request: HttpRequest) -> dict[str, str]:
    asked = request.GET.get("audience", "")
    return {"audience": asked if asked in Audience.values else Audience.OWN.value}
