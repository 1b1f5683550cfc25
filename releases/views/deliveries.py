"""What a recipient sees in a browser: the link that was mailed, and the page of the version behind it."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from identity.actions import TooMany
from releases import queries
from releases.forms import DeletedForm, ReportForm
from releases.models import Delivery, Release
from releases.transitions import ReleaseState
from releases.views.commands import commands
from releases.views.holders import DELIVERY, by_session, count_request, guessed, remember


@require_safe
def delivery_open(request: HttpRequest, token: str) -> HttpResponse:
    """Remember whose link was opened (its row id, never its token) and lead to an address without the token."""
    found = queries.delivery_by_token(token)
    if found is None:
        request.session.pop(DELIVERY, None)
        if guessed(request) == HTTPStatus.TOO_MANY_REQUESTS:
            return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    elif request.method == "GET":
        remember(request, found)
    response = redirect("releases:dataset")
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def dataset(request: HttpRequest) -> HttpResponse:
    """The version that was handed out: its files, what is closed, how to fetch it, and what is to be reported."""
    delivery = by_session(request)
    if delivery is None or (refusal := queries.refusal(delivery)) == "ended":
        return closed_page(request, delivery)
    try:
        count_request(delivery)
    except TooMany:
        return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    return shown(request, delivery, refusal)


def closed_page(request: HttpRequest, delivery: Delivery | None) -> HttpResponse:
    """Say that no link was opened here, or that it was ended."""
    return render(request, "releases/dataset_closed.html", {"delivery": delivery}, status=HTTPStatus.FORBIDDEN)


def shown(
    request: HttpRequest,
    delivery: Delivery,
    refusal: str,
    *,
    form: ReportForm | None = None,
    deleted_form: DeletedForm | None = None,
) -> HttpResponse:
    """The page, with a form that was refused in the place of an empty one. `refusal`: why nothing may be fetched."""
    release = delivery.release
    context = {
        "delivery": delivery,
        "refusal": refusal,
        "version": queries.version(release.audience, release.number),
        "held": queries.holding_of(delivery),
        "form": form or ReportForm(),
        "deleted_form": deleted_form or DeletedForm(),
        "commands": commands(),
    }
    if release.state == ReleaseState.RETRACTED:
        page = "releases/dataset_retracted.html"
    else:
        page = "releases/dataset.html"
        context |= {} if refusal else _offered(release)
    return render(request, page, context, status=422 if form or deleted_form else 200)


def _offered(release: Release) -> dict[str, object]:
    """The files of a release, and what of them is open now."""
    offers = queries.offers(release)
    return {
        "files": [(offer.file, bool(offer.closed)) for offer in offers],
        "open_bytes": sum(offer.file.size for offer in offers if not offer.closed),
        "closed_count": sum(bool(offer.closed) for offer in offers),
        "has_open_photos": any(offer.file.shard_id and not offer.closed for offer in offers),
    }
