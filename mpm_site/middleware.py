"""Headers that every response carries, whoever made it; whose address limits are counted by; no room for an upload."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from mpm_site.addresses import visitor_of

# A page of ours needs none of these; passkeys are the one exception. Choosing a photo needs no permission.
CLOSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
OWN_FEATURES = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY = ", ".join([f"{name}=()" for name in CLOSED_FEATURES] + [f"{name}=(self)" for name in OWN_FEATURES])

ALWAYS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
}
NOTHING = "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
STATIC_ANSWERS = {200, 206, 304}
WAIT_SECONDS: Final = 10


class SecurityHeaders:
    """Outermost, so that it also sees what Django answers before other middleware has run.

    A header that a view or an inner middleware set stays, except where a photo is sent: that is always sandboxed and
    never kept. Nothing is kept by browsers and caches but what `may_be_kept` lets through.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response with all headers set."""
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if settings.SECURE:
            response.headers.setdefault(
                "Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
            )
        if is_static(request, response):
            response.headers.setdefault("Content-Security-Policy", NOTHING)
            return response
        if not may_be_kept(response):
            response.headers["Cache-Control"] = "no-store"
        if response.headers.get("Content-Type", "").startswith("image/"):
            response.headers["Content-Security-Policy"] = f"{NOTHING}; sandbox"
        response.headers.setdefault("Content-Security-Policy", NOTHING)
        return response


class ClientAddress:
    """Puts the visitor's address where limits look for it: behind the proxy, every connection is the proxy's.

    Behind TLS stands one proxy (settings.ALLAUTH_TRUSTED_PROXY_COUNT).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, under the visitor's own address where it is known."""
        request.META["REMOTE_ADDR"] = visitor_of(
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            proxies=settings.ALLAUTH_TRUSTED_PROXY_COUNT,
        )
        return self.get_response(request)


class RoomForUploads:
    """Says to wait where the web server had no room for an upload (deploy.worker): before the body or a database.

    A script is told by `wait`, in seconds, when to try again; browsers and proxies by the header Retry-After.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """503, or the answer of the next layer."""
        if not request.META.get("mpm.no_room"):
            return self.get_response(request)
        response: HttpResponse
        if request.headers.get("Accept", "").startswith("application/json"):
            sentence = _("Many photos are being sent at this moment. Yours waits and is tried again by itself.")
            response = JsonResponse({"error": sentence, "wait": WAIT_SECONDS}, status=503)
        else:
            response = render(None, "503.html", status=503)
        response.headers["Retry-After"] = str(WAIT_SECONDS)
        return response


class OnlyUploads:
    """Where this process is one of the uploads' own (settings.KIND), nothing else has an address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if settings.KIND != "upload":
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of the next layer."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: object, _args: object, _kwargs: object) -> None:
        """Raise Http404 for every page but the uploads' and the probes'."""
        if request.resolver_match is None or request.resolver_match.view_name not in settings.UPLOAD_PAGES:
            raise Http404


def may_be_kept(response: HttpResponse) -> bool:
    """Whether a view says that this is for everybody ("Cache-Control: public"), and nothing in it says otherwise."""
    said = response.headers.get("Cache-Control", "").replace(" ", "").split(",")
    is_picture = response.headers.get("Content-Type", "").startswith("image/")
    is_for_one = bool(response.cookies) or "cookie" in response.headers.get("Vary", "").lower()
    return response.status_code == HTTPStatus.OK and "public" in said and not is_picture and not is_for_one


def is_static(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether this is one of the site's own files, which hold nothing about anybody and may be kept."""
    return request.path_info.startswith(settings.STATIC_URL) and response.status_code in STATIC_ANSWERS
