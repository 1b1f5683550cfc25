"""The site's addresses, and a few views that go wrong on purpose, for tests of what every response carries."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

from mpm_site import urls

SECRET = "a word that only the process knows"


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(SECRET)


def denies(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied(SECRET)


def suspects(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation(SECRET)


def picture(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"\x89PNG", content_type="image/png", headers={"Cache-Control": "public, max-age=60"})


def public(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the same for all", headers={"Cache-Control": "public, max-age=60"})


def public_by_mistake(request: HttpRequest) -> HttpResponse:
    answer = public(request)
    answer.set_cookie("session", SECRET)
    return answer


def public_for_one(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(bool(request.session.get("sending"))), headers={"Cache-Control": "public, max-age=60"})


def public_failure(request: HttpRequest) -> HttpResponse:
    return HttpResponse("not now", status=404, headers={"Cache-Control": "public, max-age=60"})


def modules(request: HttpRequest) -> HttpResponse:
    template = Template('{% include "_components/importmap.html" %}')
    return HttpResponse(template.render(Context({"CSP_NONCE": request.csp_nonce})))  # type: ignore[attr-defined]


urlpatterns = [
    path("faulty/breaks/", breaks),
    path("faulty/denies/", denies),
    path("faulty/suspects/", suspects),
    path("faulty/picture/", picture),
    path("faulty/public/", public),
    path("faulty/public/mistake/", public_by_mistake),
    path("faulty/public/one/", public_for_one),
    path("faulty/public/failure/", public_failure),
    path("faulty/modules/", modules),
    *urls.urlpatterns,
]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
