"""The notices as they are published, and the receipt that a withdrawal code belongs to."""

import hmac

from django.conf import settings

from consent.codes import digest_of
from consent.models import ConsentNotice, Receipt

FALLBACK = "en"


def receipt_by_code(code: str) -> Receipt | None:
    """The receipt that carries this withdrawal code, however it was typed. What is compared is a digest."""
    digest = digest_of(code)
    receipt = Receipt.objects.filter(code_sha256=digest).first()
    if receipt is None or not hmac.compare_digest(bytes(receipt.code_sha256), digest):
        return None
    return receipt


def latest_notice(language: str) -> ConsentNotice:
    """The newest version of the notice, in this language where it is published in it, else in English.

    Raises ConsentNotice.DoesNotExist before the first notice is published.
    """
    newest = ConsentNotice.objects.order_by("-published_at", "-version").first()
    if newest is None:
        raise ConsentNotice.DoesNotExist("No notice is published yet.")
    known = {notice.language: notice for notice in ConsentNotice.objects.filter(version=newest.version)}
    return known.get(language) or known.get(FALLBACK) or newest


def open_languages() -> list[str]:
    """The languages in which the newest notice is published, in the order of the settings."""
    newest = ConsentNotice.objects.order_by("-published_at", "-version").first()
    version = newest.version if newest else ""
    known = set(ConsentNotice.objects.filter(version=version).values_list("language", flat=True))
    return [code for code, _name in settings.LANGUAGES if code in known]
