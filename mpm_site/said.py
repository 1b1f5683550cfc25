"""Where a sentence waits that a page says after it sent somebody on: in a cookie that no other host can set."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class InOwnCookie(CookieStorage):
    """Django's cookie under a name that browsers take from this very host alone; signed, and gone once it was read."""

    cookie_name = "__Host-said" if settings.SECURE else "mpm_said"


class Said(FallbackStorage):
    """The cookie, and the session for what is too long for one."""

    storage_classes = (InOwnCookie, SessionStorage)
