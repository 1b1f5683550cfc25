"""Near-duplicates: found on a photo's way in, compared by staff, asked about when one of the two is withdrawn."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.actions import record
from audit.models import EventKind
from contributions import actions as contributions
from contributions.models import UNDER_WAY, Photo, Withdrawal
from contributions.queries import departing
from screening.codes import FIND_DUPLICATES
from screening.models import Finding, NearDuplicate, PhotoDigest, PhotoHash
from screening.queries.duplicates import REVIEW, SURE, near, turns_of
from screening.queries.pairs import to_answer
from screening.versions import METHOD

COMPARED = EventKind(
    "photo:compared",
    "{actor} compared photo {photo} with photo {other}: {answer}.",
    fields=("photo", "other", "answer"),
)
ASKED = EventKind(
    "photo:duplicate_asked",
    "Photo {other} was withdrawn: staff are asked about photo {photo}, which is nearly the same.",
    fields=("photo", "other"),
)
ANSWERED = EventKind(
    "photo:duplicate_answered",
    "{actor} answered for photo {photo}, nearly the same as the withdrawn photo {other}: {answer}.",
    fields=("photo", "other", "answer"),
)
SAME_PICTURE, ANOTHER_PICTURE = "same_picture", "another_picture"
# A picture that very many send is told by its nearest; the others are near these.
MOST_PAIRS = 100


class NothingAsked(Exception):
    """There is no such question: it was answered, the withdrawal was taken back, or the other photo is gone, too."""


@transaction.atomic
def compare(*, photo_id: UUID, within: int = REVIEW) -> None:
    """Note which photos in our hands show nearly the same picture as this one; a second time adds what is new.

    `within` is the largest distance in bits. A photo that was not hashed, or of which the hash says nothing, has none.
    """
    photo = Photo.objects.select_for_update().get(pk=photo_id)
    if photo.state != "ready":
        return
    found = near(turns_of(photo_id), but_for=photo_id, within=within)
    nearest = sorted(found.items(), key=lambda one: (one[1], one[0]))[:MOST_PAIRS]
    pairs = [_pair(photo_id, other, distance) for other, distance in nearest]
    NearDuplicate.objects.bulk_create(
        pairs, update_conflicts=True, unique_fields=["one", "other"], update_fields=["distance"]
    )
    sure = sum(distance <= SURE for distance in found.values())
    facts = {"sure": sure, "to_review": len(found) - sure, "within": within}
    Finding.objects.update_or_create(
        photo=photo,
        step=FIND_DUPLICATES,
        defaults={"codes": [], "facts": facts, "made_with": {"method": METHOD}, "at": timezone.now()},
    )
    _take_questions_back(photo_id)


@transaction.atomic
def say(*, pair_id: int, same: bool, staff_id: UUID) -> None:
    """Say whether two photos show the same picture; may be said otherwise later. Raises NearDuplicate.DoesNotExist."""
    pair = NearDuplicate.objects.select_for_update().get(pk=pair_id)
    if pair.same == same:
        return
    NearDuplicate.objects.filter(pk=pair_id).update(same=same, decided_by=staff_id, decided_at=timezone.now())
    answer = SAME_PICTURE if same else ANOTHER_PICTURE
    by = f"staff:{staff_id}"
    record(COMPARED, subject=pair.one_id, by=by, photo=pair.one_id, other=pair.other_id, answer=answer)


def answer(*, pair_id: int, answer: str, staff_id: UUID) -> None:
    """Say what becomes of the photo that stayed when its near-duplicate was withdrawn; "taken_out" ends its use.

    Its use ends for good, and everybody who had agreed is told. Raises NothingAsked, and ValueError for another answer.
    """
    answer = NearDuplicate.Answer(answer).value
    pair = to_answer().filter(pk=pair_id).first()
    if pair is None:
        raise NothingAsked
    gone = set(_leaving([pair.one_id, pair.other_id]))
    stays = pair.other_id if pair.one_id in gone else pair.one_id
    if answer == NearDuplicate.Answer.TAKEN_OUT:
        # It mails, so it is a transaction of its own. Cut short here, the question is gone with the photo's use.
        contributions.revoke(photos=[stays], by=f"staff:{staff_id}", reason=SAME_PICTURE)
    _note_answer(pair, stays, answer, staff_id)


@transaction.atomic
def forget(*, photo_id: UUID) -> None:
    """Drop what a photo on its way out is recognised by; for one that was withdrawn, ask about its near-duplicates.

    Pairs of which both are gone are dropped, too, and those of a photo that nobody had agreed to.
    """
    Finding.objects.filter(photo_id=photo_id).delete()
    PhotoHash.objects.filter(photo_id=photo_id).delete()
    PhotoDigest.objects.filter(photo_id=photo_id).delete()
    pairs = list(NearDuplicate.objects.filter(Q(one=photo_id) | Q(other=photo_id)).select_for_update())
    gone = set(_leaving([_opposite(pair, photo_id) for pair in pairs]))
    withdrawn = Withdrawal.objects.filter(UNDER_WAY, photo=photo_id).exists()
    for pair in pairs:
        other = _opposite(pair, photo_id)
        if other in gone or not withdrawn:
            pair.delete()
        elif pair.asked_at is None and pair.same is not False:
            NearDuplicate.objects.filter(pk=pair.pk).update(asked_at=timezone.now())
            record(ASKED, subject=other, by="system", photo=other, other=photo_id)


@transaction.atomic
def _note_answer(pair: NearDuplicate, stays: UUID, answer: str, staff_id: UUID) -> None:
    answered = NearDuplicate.objects.filter(pk=pair.pk, answer="")
    if not answered.update(answer=answer, answered_by=staff_id, answered_at=timezone.now()):
        raise NothingAsked
    other = _opposite(pair, stays)
    record(ANSWERED, subject=stays, by=f"staff:{staff_id}", photo=stays, other=other, answer=answer)


def _take_questions_back(photo_id: UUID) -> None:
    """A photo is compared while it stays, so nothing is asked any more about those that stay beside it."""
    own = NearDuplicate.objects.filter(Q(one=photo_id) | Q(other=photo_id), asked_at__isnull=False)
    asked = {_opposite(pair, photo_id): pair.pk for pair in own}
    beside = set(asked) - set(_leaving(list(asked)))
    NearDuplicate.objects.filter(pk__in=[asked[other] for other in beside]).update(
        asked_at=None, answer="", answered_by=None, answered_at=None
    )


def _pair(photo: UUID, other: UUID, distance: int) -> NearDuplicate:
    one, two = sorted((photo, other))
    return NearDuplicate(one_id=one, other_id=two, distance=distance)


def _opposite(pair: NearDuplicate, photo: UUID) -> UUID:
    return pair.other_id if pair.one_id == photo else pair.one_id


def _leaving(photos: list[UUID]) -> list[UUID]:
    """Those of the photos that are on their way out, or gone."""
    return list(departing().filter(pk__in=photos).values_list("pk", flat=True))
