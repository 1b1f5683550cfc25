"""Keeping what is held while its page is open and giving it back when the page is left."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from annotation import actions, permissions
from annotation.views.requests import ids, json_of


@require_POST
def leases_renew(request: HttpRequest) -> JsonResponse:
    """Keep these photos for some more minutes; which of them are lost."""
    me = permissions.check_can_read_tasks(request.user)
    rows = json_of(request).get("leases", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadRequest("This takes leases with their tasks.")
    tasks, leases = ids([row.get("task") for row in rows]), ids([row.get("lease") for row in rows])
    until, kept = actions.renew_leases(leases=leases, staff_id=me, stages=permissions.stages_of(request.user))
    lost = [task for task, lease in zip(tasks, leases, strict=True) if lease not in kept]
    return JsonResponse({"until": until, "lost": lost})


@require_POST
def leases_give_back(request: HttpRequest) -> HttpResponse:
    """Give these photos back, as the page is left; what is not held any more does not matter."""
    me = permissions.check_can_read_tasks(request.user)
    leases = [one for one in request.POST.get("leases", "").split(",") if one]
    actions.give_leases_back(leases=ids(leases), staff_id=me)
    return HttpResponse(status=204)
