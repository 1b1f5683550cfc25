"""Recipients and their deliveries: who they are, whose link it is, and whether it still opens anything."""

from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from releases.models import Delivery, Recipient, Release
from releases.tokens import digest_of
from releases.transitions import ReleaseState


def recipients() -> QuerySet[Recipient]:
    """Every recipient, those that wait for approval first, then by name."""
    is_waiting = ExpressionWrapper(Q(approved_at__isnull=True, ended_at__isnull=True), output_field=BooleanField())
    found = Recipient.objects.select_related("entered_by", "approved_by", "ended_by")
    return found.order_by(is_waiting.desc(), "institution", "pk")


def recipient_with_deliveries(recipient_id: UUID) -> Recipient | None:
    """One recipient with what was handed to it, newest first."""
    made = Delivery.objects.select_related("release", "made_by").order_by("-made_at")
    return recipients().filter(pk=recipient_id).prefetch_related(Prefetch("deliveries", queryset=made)).first()


def deliveries() -> QuerySet[Delivery]:
    """Every delivery with its recipient and its release."""
    return Delivery.objects.select_related("recipient", "release")


def delivery_by_token(token: str) -> Delivery | None:
    """Whose link this is. Found by the token's digest, so that the time it takes tells nothing of the token."""
    return deliveries().filter(token_sha256=digest_of(token)).first()


def refusal(delivery: Delivery) -> str:
    """Why nothing is fetched by this delivery now, or "" when something may be.

    "ended": a curator ended it, or its recipient; "over": the agreement's last day has passed; "expired": the link is
    too old.
    """
    recipient, now = delivery.recipient, timezone.now()
    if delivery.ended_at or recipient.ended_at or not recipient.approved_at:
        return "ended"
    if recipient.agreement_until < now.date():
        return "over"
    return "expired" if delivery.expires_at <= now else ""


def may_report(delivery: Delivery) -> bool:
    """Whether the holder of this link may still say what was deleted: also when nothing is fetched by it any more.

    A copy outlives its link and its agreement, and what a notice names has to go from it all the same.
    """
    return refusal(delivery) != "ended"


def open_deliveries() -> QuerySet[Delivery]:
    """Deliveries by which something may be fetched now."""
    now = timezone.now()
    return deliveries().filter(
        ended_at__isnull=True,
        expires_at__gt=now,
        recipient__approved_at__isnull=False,
        recipient__ended_at__isnull=True,
        recipient__agreement_until__gte=now.date(),
    )


def deliverable(recipient: Recipient) -> QuerySet[Release]:
    """Published releases of the recipient's audience for which no link of its is open."""
    has_link = open_deliveries().filter(recipient=recipient, release=OuterRef("pk"))
    found = Release.objects.filter(Q(audience=recipient.audience), ~Exists(has_link), state=ReleaseState.PUBLISHED)
    return found.order_by("-number")
