"""The same for machines: Prometheus' text, for whoever is on this machine or has the token; for nobody else."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from operations.metrics import as_text
from operations.permissions import is_monitor


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Every metric of this moment; 404 for everybody else."""
    if not is_monitor(request):
        raise Http404
    return HttpResponse(as_text(), content_type=CONTENT_TYPE_PLAIN_0_0_4)
