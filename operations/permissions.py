"""Who may see how the site runs."""

from ipaddress import ip_address
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from audit.permissions import Visitor, id_in_role


def check_can_see_system(user: Visitor) -> UUID:
    """The administrator's id; raises PermissionDenied for everybody else."""
    return id_in_role(user, "administrator")


def is_monitor(request: HttpRequest) -> bool:
    """Whether somebody asks who may be told how the site stands: this machine, or whoever shows MPM_METRICS_TOKEN."""
    return _has_token(request) or _is_here(request)


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
