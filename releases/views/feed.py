"""The feed of withdrawals, for the programs of everybody who holds a release."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from releases import queries


@require_safe
def withdrawals(request: HttpRequest) -> HttpResponseBase:
    """Every signed notice of what to delete, and which releases ended. A cache may answer for five minutes."""
    tag = queries.feed_tag()
    # Anybody may ask, as often as they like: who has it already is answered from three small questions.
    response = get_conditional_response(request, etag=f'"{tag}"')
    if response is None:
        response = HttpResponse(queries.feed(tag), content_type="application/json")
    response["ETag"], response["Cache-Control"] = f'"{tag}"', "public, max-age=300"
    return response
