"""Whom givers asked us to ask: what one mail asks about, what is past its time, what the invited person's page says.

Everybody shown in photos of a sending is written one mail. It carries the id of that person's first invitation of the
sending, by the photos' numbers: the lead.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from consent.models import Scope
from contributions.models import UNDER_WAY, Invitation, Withdrawal
from contributions.queries.use import allowed_scopes, open_withdrawals
from contributions.transitions import HELD, InvitationState
from identity.queries import last_day, was_reminded


@dataclass(frozen=True, slots=True)
class AskedPhoto:
    """What an invited person is told of one photo: never the picture, a name or an address.

    A photo that is leaving can be said no to, and not yes: whoever takes it back cannot do so without this person.
    """

    id: UUID
    invitation: UUID
    number: int
    people: int
    allowed: frozenset[str]
    leaving: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What one mail asks: the photos of one sending that still wait for this person's answer."""

    lead: Invitation
    sent_at: datetime | None
    photos: tuple[AskedPhoto, ...]
    ends_at: datetime
    last_day: datetime

    @property
    def open(self) -> tuple[AskedPhoto, ...]:
        """The photos that can be agreed to."""
        return tuple(photo for photo in self.photos if not photo.leaving)

    @property
    def leaving(self) -> tuple[AskedPhoto, ...]:
        """The photos that are on their way out, and can be said no to."""
        return tuple(photo for photo in self.photos if photo.leaving)

    @property
    def allowed(self) -> frozenset[str]:
        """What can be agreed to for at least one photo."""
        return reduce(frozenset.union, (photo.allowed for photo in self.open), frozenset())

    @property
    def can_be_put_off(self) -> bool:
        """Whether a reminder can be asked for: never asked for yet, and in time before the question ends."""
        return self.lead.remind_at is None and reminder_at() < self.ends_at and not was_reminded(self.lead.pk)


def question_of(lead: UUID) -> Question | None:
    """The question of a lead, while any photo of it waits for an answer and is not promised to be gone."""
    rows = list(waiting(asked_with(lead)).select_related("photo").annotate(people=Count("photo__persons")))
    if not rows:
        return None
    first = Invitation.objects.select_related("photo__contribution").get(pk=lead)
    photos = [row.photo_id for row in rows]
    allowed = allowed_scopes(photos)
    leaving = set(Withdrawal.objects.filter(UNDER_WAY, photo__in=photos).values_list("photo", flat=True))
    return Question(
        lead=first,
        sent_at=first.photo.contribution.sent_at,
        photos=tuple(
            AskedPhoto(
                id=row.photo_id,
                invitation=row.pk,
                number=row.photo.number,
                people=row.people,
                allowed=allowed[row.photo_id] & frozenset(Scope.values),
                leaving=row.photo_id in leaving,
            )
            for row in rows
        ),
        ends_at=ends_at(first),
        last_day=last_day(ends_at(first)),
    )


def asked_with(lead: UUID) -> QuerySet[Invitation]:
    """Everything that the mail of this lead asked about, by the photos' numbers."""
    first = Invitation.objects.filter(pk=lead)
    return Invitation.objects.filter(
        asked_at__isnull=False,
        participant__in=first.values("participant"),
        photo__contribution__in=first.values("photo__contribution"),
    ).order_by("photo__number")


def lead_of(invitation: Invitation) -> UUID:
    """The invitation whose id the mail carries that asks, or will ask, about this one."""
    rows = Invitation.objects.filter(pk=invitation.pk).annotate(lead=_lead())
    return rows.values_list("lead", flat=True).first() or invitation.pk


def by_leads(invitations: QuerySet[Invitation]) -> dict[UUID, list[Invitation]]:
    """Asked invitations by the mail that asks about them, in the order of the photos."""
    found: dict[UUID, list[Invitation]] = defaultdict(list)
    rows = invitations.annotate(lead=_lead()).select_related("photo__contribution")
    for row in rows.order_by("photo__number"):
        found[row.lead].append(row)
    return dict(found)


def _lead() -> Subquery:
    """Of the outer query's invitation; none before anybody was asked."""
    return Subquery(of_the_same_mail().order_by("photo__number").values("pk")[:1])


def of_the_same_mail() -> QuerySet[Invitation]:
    """What was asked of the outer query's person about photos of the same sending."""
    return Invitation.objects.filter(
        asked_at__isnull=False,
        participant=OuterRef("participant"),
        photo__contribution=OuterRef("photo__contribution"),
    )


def waiting(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Those that wait for an answer, of photos that are not promised to be gone, whether they are or not (K10)."""
    due = open_withdrawals("photo").filter(erase_from__lte=timezone.now())
    return invitations.filter(~Exists(due), state=InvitationState.ASKED, photo__state__in=HELD)


def to_ask(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Those of `waiting` that a mail may ask about: nobody is written to about a photo that is on its way out."""
    leaving = Withdrawal.objects.filter(UNDER_WAY, photo=OuterRef("photo"))
    return waiting(invitations).filter(~Exists(leaving))


def ended() -> QuerySet[Invitation]:
    """Questions that are over without an answer, or whose photo is erased, and whose mail asks nothing any more.

    While the mail still asks about another photo, its link needs the address.
    """
    over = Q(state=InvitationState.LAPSED) | Q(photo__erased_at__isnull=False)
    return Invitation.objects.filter(over).exclude(Exists(waiting(of_the_same_mail())))


def ended_before(moment: datetime) -> QuerySet[Invitation]:
    """Those of `ended` that were over at this moment, with everything else that their mail asked."""
    later = Q(lapsed_at__gt=moment) | Q(answered_at__gt=moment) | Q(photo__withdrawals__erase_from__gt=moment)
    over = ended().filter(Q(lapsed_at__lte=moment) | Q(photo__erased_at__lte=moment))
    return over.exclude(Exists(of_the_same_mail().filter(later)))


def ends_at(invitation: Invitation) -> datetime:
    """When a question that is not answered ends."""
    return (invitation.asked_at or timezone.now()) + timedelta(days=settings.DEPICTED_DAYS)


def open_until(photos: Collection[UUID]) -> dict[UUID, datetime]:
    """Photo id to when the last question about it ends that nobody has answered yet; without those that have none.

    It looks at the questions alone: nothing about a lock or an erasure shows by it (K10).
    """
    asked = Invitation.objects.filter(photo__in=photos, state=InvitationState.ASKED).order_by("asked_at")
    ends = {invitation.photo_id: ends_at(invitation) for invitation in asked}
    return {photo: moment for photo, moment in ends.items() if moment > timezone.now()}


def reminder_at() -> datetime:
    """When somebody who wants to answer later, asked now, would be reminded: in settings.REMIND_LATER_DAYS."""
    return timezone.now() + timedelta(days=settings.REMIND_LATER_DAYS)


def unanswered_past_their_time(*, overdue: timedelta = timedelta(0), limit: int | None = None) -> list[UUID]:
    """Invitations asked settings.DEPICTED_DAYS ago, not answered, that should have lapsed `overdue` ago."""
    before = timezone.now() - timedelta(days=settings.DEPICTED_DAYS) - overdue
    late = Invitation.objects.filter(state=InvitationState.ASKED, asked_at__lte=before)
    return list(late.order_by("asked_at", "pk").values_list("pk", flat=True)[:limit])


def to_remind(*, overdue: timedelta = timedelta(0)) -> list[Invitation]:
    """Leads of people who wanted to be reminded by now, while there is a photo that they may be asked about."""
    before = timezone.now() - overdue
    due = Invitation.objects.filter(Exists(to_ask(of_the_same_mail())), remind_at__lte=before)
    return list(due.select_related("photo__contribution").order_by("remind_at"))
