"""The same for machines: Prometheus' text, for whoever is on this machine or has the token; for nobody else."""

from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from operations.metrics import as_text


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Every metric of this moment; 404 for everybody else."""
    if not (_has_token(request) or _is_here(request)):
        raise Http404
    return HttpResponse(as_text(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    return bool(settings.METRICS_TOKEN) and constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")


def _is_here(request: HttpRequest) -> bool:
    """Whether the request came from this machine itself; what a proxy passes on says from where and came from there."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
