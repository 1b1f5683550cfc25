"""The way to the second factor before a step that cannot be undone."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


def asked_again(request: HttpRequest, page: str) -> HttpResponse | None:
    """Where to show the second factor again, when the last one is too old; then back to the address `page`."""
    if getattr(request, "fresh_second_factor", False):
        return None
    return redirect(f"{reverse('accounts:step_up')}?{urlencode({'next': page})}")
