"""The administrator's page: alarms first, then who serves what, figures, the last day as charts, and past alarms."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from operations import permissions, queries
from operations.charts import LOWEST, NAMES, charts
from operations.figures import GROUPS
from operations.services import services
from operations.words import span, written

SHOWN = 50


@require_GET
def system(request: HttpRequest) -> HttpResponse:
    """How the site runs at this moment, and how it ran in the last day."""
    permissions.check_can_see_system(request.user)
    gathered, served, stand = queries.gather(), queries.serving(), queries.worst_first(queries.standing())
    look, is_awaited = queries.newest_look(), queries.is_look_awaited()
    context = {
        "alarms": [queries.told(alarm) for alarm in stand],
        "now": queries.not_yet_raised(gathered, served, stand),
        "look": look,
        "is_looked_after": queries.is_looked_after(),
        "is_awaited": is_awaited,
        "queues": [(one, _ago(one.seconds), span_of(one)) for one in served],
        "services": list(_services(is_awaited)),
        "groups": [
            (label, [(figure.label, written(figure, gathered.figures.get(name))) for name, figure in figures.items()])
            for label, figures in GROUPS
        ],
        "charts": list(charts(queries.history(NAMES, lowest=LOWEST))),
        "past": [queries.told(alarm) for alarm in queries.cleared()[:SHOWN]],
        "days": queries.DAYS,
    }
    return render(request, "operations/system.html", context)


def span_of(one: queries.Serving) -> str:
    """How long the busiest worker of a queue has been at its task; empty when none is at one."""
    if one.working_since is None or one.at is None:
        return ""
    return span((one.at - one.working_since).total_seconds() + (one.seconds or 0))


def _ago(seconds: float | None) -> str:
    return _("never") if seconds is None else _("%(span)s ago") % {"span": span(seconds)}


def _services(is_awaited: bool) -> Iterator[tuple[str, bool | None]]:
    """Name, and whether it answers; None for workers of which nothing could be heard yet."""
    for name, answers in services().items():
        yield _service(name), None if is_awaited and name == "workers" and not answers else answers


def _service(name: str) -> str:
    return {
        "database_default": _("Database of photos"),
        "database_identity": _("Database of addresses"),
        "broker": _("Broker"),
        "objects": _("Store of sealed photos"),
        "disk": _("Room for new photos"),
        "workers": _("Workers and clock"),
    }.get(name, name)
