"""Keys of one's own: what the dialog of the workbench keeps."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from annotation import actions, permissions
from annotation.views.requests import json_of

_REFUSALS = {
    "action": _("The workbench does not know one of these actions. Load the page again."),
    "key": _("A key is one character, Enter, or F1 to F12. The digits 1 to 9 write ages."),
    "clash": _("Two actions have the same key. Give one of them another."),
}


@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Keep {"keys": {action: key}, "letters_off": bool}; 422 {"text"} when they cannot stand."""
    me = permissions.check_can_read_tasks(request.user)
    sent = json_of(request)
    wanted, letters_off = sent.get("keys"), sent.get("letters_off") is True
    if not isinstance(wanted, dict):
        raise BadRequest("This takes keys.")
    try:
        actions.set_keys(staff_id=me, keys=wanted, letters_off=letters_off)
    except actions.KeysNotValid as refusal:
        return JsonResponse({"text": str(_REFUSALS[str(refusal)])}, status=422)
    return HttpResponse(status=204)
