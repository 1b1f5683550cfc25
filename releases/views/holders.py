"""Who fetches or reports: by the link that this browser opened, or by the token that a program shows."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from identity.actions import TooMany, count_attempt, network_of
from releases import queries
from releases.models import Delivery

DELIVERY: Final = "delivery"
BEARER: Final = "Bearer "
# Wrong tokens of one client, in so many hours.
TRIES, HOURS = 10, 1
# Requests by one link in an hour. One that asks about all photos of a version weighs as much as ten about a shard.
REQUESTS, OF_ALL = 5_000, 10
STATUS = {
    "ended": HTTPStatus.FORBIDDEN,
    "over": HTTPStatus.FORBIDDEN,
    "expired": HTTPStatus.FORBIDDEN,
    "absent": HTTPStatus.NOT_FOUND,
    "withdrawn": HTTPStatus.GONE,
    "superseded": HTTPStatus.GONE,
    "too_many": HTTPStatus.TOO_MANY_REQUESTS,
}


class Unknown(Exception):
    """Nobody known asks; `status` says whether they may try again."""

    def __init__(self, status: HTTPStatus) -> None:
        """Remember how to answer."""
        super().__init__(status)
        self.status = status


def holder(request: HttpRequest) -> Delivery:
    """Whose request this is, by the token in its head or by the link that this browser opened. Raises Unknown."""
    said = request.headers.get("Authorization", "")
    if not said.startswith(BEARER):
        if (opened := by_session(request)) is None:
            raise Unknown(HTTPStatus.UNAUTHORIZED)
        return opened
    found = queries.delivery_by_token(said.removeprefix(BEARER))
    if found is None:
        raise Unknown(guessed(request))
    return found


def by_session(request: HttpRequest) -> Delivery | None:
    """The delivery whose link this browser opened last; None without one."""
    key = request.session.get(DELIVERY)
    return queries.deliveries().filter(pk=UUID(key)).first() if key else None


def remember(request: HttpRequest, delivery: Delivery) -> None:
    """Bind the session to a link, under a new key where it speaks for anybody already: no two people share one."""
    if not request.session.is_empty() and request.session.get(DELIVERY) != str(delivery.pk):
        request.session.cycle_key()
    request.session[DELIVERY] = str(delivery.pk)


def guessed(request: HttpRequest) -> HTTPStatus:
    """Count a token that nobody has, and say how to answer."""
    client = network_of(request.META["REMOTE_ADDR"])
    try:
        count_attempt(purpose="dataset_token", value=client, limit=TRIES, hours=HOURS)
    except TooMany:
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.UNAUTHORIZED


def count_request(delivery: Delivery, *, weight: int = OF_ALL) -> None:
    """Count a request before anything is asked for it, however it will be answered. Raises TooMany."""
    count_attempt(purpose="dataset_request", value=str(delivery.pk), limit=REQUESTS, hours=HOURS, weight=weight)


def turned_away(refusal: Unknown) -> HttpResponse:
    """The answer to somebody whom nobody knows."""
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == HTTPStatus.UNAUTHORIZED else {}
    return JsonResponse({"error": "unknown"}, status=refusal.status, headers=headers)
