"""How often something may be asked for, counted without keeping what it is counted by."""

import hmac
import ipaddress
import logging
from datetime import date, timedelta
from secrets import token_bytes
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Sum
from django.utils import timezone

from identity.models import Attempt, DailyKey

# Requirement I7.
LINKS_PER_ADDRESS, ADDRESS_HOURS = 3, 6
LINKS_PER_CLIENT, CLIENT_HOURS = 10, 1
# The breaker: more links than a campaign writes on its busiest day is somebody else's work.
LINKS_IN_ALL, BREAKER_HOURS = 1000, 1
LONGEST_HOURS = 6
WRITTEN = "invitation_written"


log = logging.getLogger(__name__)
# What counts for us and refuses nobody.
INNER = frozenset({"invitation_in_sending"})


class TooMany(Exception):
    """This was asked for as often as it may be; `hours` is how long to wait at most."""

    def __init__(self, purpose: str, hours: int) -> None:
        """`purpose` is the limit's code word; nothing is said about what was counted."""
        super().__init__(f"{purpose}: the limit is reached")
        self.purpose = purpose
        self.hours = hours


@transaction.atomic(using="identity")
def count_attempt(*, purpose: str, value: str | bytes, limit: int, hours: int, weight: int = 1) -> None:
    """Count one attempt, or raise TooMany when more than `limit` would be counted in the last `hours` (at most 6).

    An attempt can weigh more than one, such as the megabytes of an upload. Kept is an HMAC of the value under a random
    key of the day. Yesterday's key is still read until the longest window has passed, and deleted then. Parallel
    callers with the same value wait for each other, so the limit is exact.
    """
    if not 0 < hours <= LONGEST_HOURS:
        raise ValueError(f"A limit counts 1 to {LONGEST_HOURS} hours: yesterday's key is gone after that.")
    now = timezone.now()
    value = value.encode() if isinstance(value, str) else value
    today = _key_of(now.date())
    digest = _digest(today, purpose, value)
    with connections["identity"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
    if _counted(purpose, value, hours=hours) + weight > limit:
        if purpose not in INNER:
            log.warning("The limit %s was reached: refused for now.", purpose)
        raise TooMany(purpose, hours)
    Attempt.objects.create(purpose=purpose, digest=digest, weight=weight, at=now)


def network_of(client: str) -> str:
    """What a visitor's network address is counted by: one household has a whole IPv6 /64 to draw addresses from.

    A socket for both kinds names IPv4 visitors within one such /64; they are told apart all the same.
    """
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network(f"{address}/64", strict=False))


def count_link(*, blind_index: bytes, client: str = "", by_others: bool = False) -> None:
    """Count one link towards the limits per client (where one asks), per address and in all. Raises TooMany.

    What others have us write, invitations and claims, is counted by itself: nobody uses up somebody else's own links.
    """
    if client:
        count_attempt(purpose="link_client", value=network_of(client), limit=LINKS_PER_CLIENT, hours=CLIENT_HOURS)
    purpose = "invited_address" if by_others else "link_address"
    count_attempt(purpose=purpose, value=blind_index, limit=LINKS_PER_ADDRESS, hours=ADDRESS_HOURS)
    count_attempt(purpose="link_any", value="", limit=LINKS_IN_ALL, hours=BREAKER_HOURS)


def count_invitation(*, blind_index: bytes) -> None:
    """Count one mail that asks somebody about photos, whoever has us ask, at the moment it is written. Raises TooMany.

    What is typed is counted before; but many givers who typed an address over a day could agree in one minute.
    """
    count_attempt(purpose=WRITTEN, value=blind_index, limit=LINKS_PER_ADDRESS, hours=ADDRESS_HOURS)


def may_count_invitation(*, blind_index: bytes) -> bool:
    """Whether `count_invitation` would go through now."""
    return _counted(WRITTEN, blind_index, hours=ADDRESS_HOURS) < LINKS_PER_ADDRESS


def counted_in_sending(sending: UUID | None, *, blind_index: bytes) -> bool:
    """Whether this address was counted within this sending before; counted it is from now on, for the longest window.

    Somebody shown in five photos of a sending is written one mail, and is one attempt. Without a sending: no.
    """
    if sending is None:
        return False
    value = sending.bytes + blind_index
    try:
        count_attempt(purpose="invitation_in_sending", value=value, limit=1, hours=LONGEST_HOURS)
    except TooMany:
        return True
    return False


@transaction.atomic(using="identity")
def forget_attempts() -> None:
    """Delete attempts that no window reaches any more, and the keys that could still say whose they were."""
    oldest = timezone.now() - timedelta(hours=LONGEST_HOURS)
    Attempt.objects.filter(at__lt=oldest).delete()
    DailyKey.objects.filter(day__lt=oldest.date()).delete()


def _counted(purpose: str, value: bytes, *, hours: int) -> int:
    """The weight of what was counted in the last hours, under every key that is kept."""
    keys = DailyKey.objects.values_list("key", flat=True)
    digests = [_digest(bytes(key), purpose, value) for key in keys]
    since = timezone.now() - timedelta(hours=hours)
    found = Attempt.objects.filter(purpose=purpose, digest__in=digests, at__gt=since).aggregate(sum=Sum("weight"))
    return int(found["sum"] or 0)


def _key_of(day: date) -> bytes:
    found = DailyKey.objects.filter(day=day).first()
    if found is None:
        DailyKey.objects.bulk_create([DailyKey(day=day, key=token_bytes(32))], ignore_conflicts=True)
        found = DailyKey.objects.get(day=day)
    return bytes(found.key)


def _digest(key: bytes, purpose: str, value: bytes) -> bytes:
    return hmac.digest(key, purpose.encode() + b"\0" + value, "sha256")
