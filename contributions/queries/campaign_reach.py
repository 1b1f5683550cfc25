"""How far people get who begin to give: counts of sendings per screen, for the administrator. Nobody is followed."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.models import ConsentRecord
from consent.queries import ConsentState
from contributions.models import ConsentSubject, Contribution, Person, Photo
from contributions.transitions import PhotoState, SendingState

DAYS = 30
FEWEST = 5
A_MOMENT = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step on the way, and how many sendings came that far: None for fewer than five."""

    label: Promise
    count: int | None
    # Of those begun, in per cent; 0 where the count is hidden.
    share: int

    @property
    def shown(self) -> str | Promise:
        """The count as it may be read."""
        return _("under 5") if self.count is None else str(self.count)


def reach() -> list[Stage]:
    """The sendings begun in the last 30 days by how far they came, the first step first."""
    begun = Contribution.objects.filter(created_at__gt=timezone.now() - timedelta(days=DAYS))
    sent = Q(sent_at__isnull=False)
    counts = begun.aggregate(
        begun=Count("pk"),
        chosen=Count("pk", filter=sent | Q(Exists(_photos()))),
        marked=Count("pk", filter=sent | Q(Exists(_photos()), ~Exists(_unmarked()))),
        sent=Count("pk", filter=sent),
        agreed=Count("pk", filter=Q(Exists(_yes()), state=SendingState.ANSWERED)),
    )
    labels = {
        "begun": _("Begun"),
        "chosen": _("With a photo"),
        "marked": _("Everybody marked"),
        "sent": _("Sent"),
        "agreed": _("Agreed"),
    }
    return [_stage(label, counts[name], counts["begun"]) for name, label in labels.items()]


def _stage(label: Promise, count: int, begun: int) -> Stage:
    if count < FEWEST:
        return Stage(label, None, 0)
    return Stage(label, count, round(100 * count / max(begun, 1)))


def _photos() -> QuerySet[Photo]:
    return Photo.objects.filter(contribution=OuterRef("pk")).exclude(state=PhotoState.REFUSED)


def _unmarked() -> QuerySet[Photo]:
    """Photos without a mark, but for those that their sender took out again while the sending went on."""
    # The photos of a sending that ends lapse one after the other, each with its own moment.
    later = Photo.objects.filter(contribution=OuterRef("contribution"), lapsed_at__gt=OuterRef("lapsed_at") + A_MOMENT)
    gone_together = Q(contribution__state__in=[SendingState.LAPSED, SendingState.STOPPED]) & ~Exists(later)
    stayed = Q(lapsed_at__isnull=True) | gone_together
    marks = Person.objects.filter(photo=OuterRef("pk"))
    return _photos().filter(stayed, ~Exists(marks), nobody=False)


def _yes() -> QuerySet[ConsentSubject]:
    given = ConsentRecord.objects.filter(subject=OuterRef("pk"), state=ConsentState.GIVEN)
    own = ConsentSubject.objects.filter(photo__contribution=OuterRef("pk"), participant=OuterRef("participant"))
    return own.filter(Exists(given))
