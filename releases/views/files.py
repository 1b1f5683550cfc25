"""The files of a version for those to whom it was handed out, and the program that fetches them, for everybody."""

from collections.abc import Iterator
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from identity.actions import TooMany
from releases import actions, queries
from releases.models import Delivery
from releases.papers import paths
from releases.views.fetching import WAIT_SECONDS, NoTurn, sent
from releases.views.holders import OF_ALL, STATUS, Unknown, count_request, holder, turned_away


@require_safe
def dataset_index(request: HttpRequest) -> HttpResponse:
    """Every file with its size, its digest and whether it is closed; to whom this copy goes; how the version stands.

    For programs.
    """
    try:
        delivery = holder(request)
        count_request(delivery)
    except Unknown as refusal:
        return turned_away(refusal)
    except TooMany:
        return _too_many()
    if code := queries.refusal(delivery):
        return JsonResponse({"error": code}, status=STATUS[code])
    files = [
        {"path": offer.file.path, "size": offer.file.size, "sha256": offer.file.sha256, "closed": offer.closed}
        for offer in queries.offers(delivery.release)
    ]
    notices = queries.newest_notice(delivery.release.audience)
    told = {"delivery": queries.note_of(delivery), "notices": notices, "files": files}
    return JsonResponse(told | queries.standing_of(delivery.release))


@require_safe
def dataset_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """One file or a range of it: asked anew each time whether it may go out, and logged before its first byte."""
    try:
        delivery = holder(request)
        file = _named(request, delivery, path)

        def fetch(start: int, stop: int) -> Iterator[bytes]:
            return actions.fetch(delivery_id=delivery.pk, path=path, start=start, stop=stop)

        return sent(request, file, delivery.recipient_id, fetch)
    except Unknown as refusal:
        return turned_away(refusal)
    except TooMany:
        return _too_many()
    except actions.NotHandedOut as refusal:
        return JsonResponse({"error": refusal.code}, status=STATUS[refusal.code])
    except NoTurn:
        headers = {"Retry-After": str(WAIT_SECONDS)}
        return JsonResponse({"error": "busy"}, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)


def _named(request: HttpRequest, delivery: Delivery, path: str) -> queries.File:
    """The file with this path. Raises actions.NotHandedOut and TooMany.

    Whether it may go out is asked by actions.fetch, and here only where that is not called.
    """
    if code := queries.refusal(delivery):
        raise actions.NotHandedOut(code)
    file = queries.file_of(delivery.release, path)
    if file is None:
        raise actions.NotHandedOut("absent")
    count_request(delivery, weight=1 if file.shard_id or file.is_paper else OF_ALL)
    if request.method == "HEAD" and (code := queries.closed(delivery.release, file)):
        raise actions.NotHandedOut(code)
    return file


def _too_many() -> HttpResponse:
    return JsonResponse({"error": "too_many"}, status=HTTPStatus.TOO_MANY_REQUESTS)


@require_safe
def dataset_program(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - it is the same for all
    """The program that fetches, verifies and prunes, to keep and run elsewhere."""
    response = HttpResponse(paths.PROGRAM_SOURCE.read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{paths.PROGRAM_SOURCE.name}"'
    return response
