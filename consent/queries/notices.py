"""The notices as they are published, what changed between two, and the receipt that a withdrawal code belongs to."""

import hmac
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet, Subquery

from consent.codes import digest_of
from consent.comparing import Paragraph, compared
from consent.models import ConsentNotice, Receipt
from consent.versions import order_of

FALLBACK = "en"


def receipt_by_code(code: str) -> Receipt | None:
    """The receipt that carries this withdrawal code, however it was typed. What is compared is a digest."""
    digest = digest_of(code)
    receipt = Receipt.objects.filter(code_sha256=digest).first()
    if receipt is None or not hmac.compare_digest(bytes(receipt.code_sha256), digest):
        return None
    return receipt


def receipt_documents(participant: UUID) -> list[Receipt]:
    """The person's receipts whose consent record (`document`) is kept, newest first."""
    return list(Receipt.objects.filter(participant=participant).exclude(document="").order_by("-issued_at", "pk"))


def latest_notice(language: str) -> ConsentNotice:
    """The newest version of the notice, in this language where it is published in it, else in English.

    Raises ConsentNotice.DoesNotExist before the first notice is published.
    """
    known = {notice.language: notice for notice in _newest_version()}
    if not known:
        raise ConsentNotice.DoesNotExist("No notice is published yet.")
    return known.get(language) or known.get(FALLBACK) or known[min(known)]


def open_languages() -> list[str]:
    """The languages in which the newest notice is published, in the order of the settings. Giving is open in these."""
    known = set(_newest_version().values_list("language", flat=True))
    return [code for code, _name in settings.LANGUAGES if code in known]


def terms_needed() -> Subquery:
    """The highest terms of any published notice: consent under lower ones is not enough. NULL before the first."""
    return Subquery(ConsentNotice.objects.order_by("-terms").values("terms")[:1])


def notices_enough() -> QuerySet[ConsentNotice]:
    """The notices with the highest terms of any: consent to one of them is enough."""
    return ConsentNotice.objects.filter(terms=terms_needed())


def notice_before(notice: ConsentNotice, *, using: str = "default") -> ConsentNotice | None:
    """The version before this one in the same language; None for the first."""
    others = ConsentNotice.objects.using(using).filter(language=notice.language)
    older = [one for one in others if order_of(one.version) < order_of(notice.version)]
    return max(older, key=lambda one: order_of(one.version), default=None)


def changes(old: ConsentNotice, new: ConsentNotice) -> list[Paragraph]:
    """What became of each paragraph of the old text, title included, in the new one."""
    return compared(_whole(old), _whole(new))


def _newest_version() -> QuerySet[ConsentNotice]:
    versions = ConsentNotice.objects.order_by().values_list("version", flat=True).distinct()
    return ConsentNotice.objects.filter(version=max(versions, key=order_of, default=""))


def _whole(notice: ConsentNotice) -> str:
    return f"{notice.title}\n\n{notice.text}"
