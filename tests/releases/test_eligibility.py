"""For every photo a reason says why it is in a release or out of it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotation.actions import PersonRead, Said, take_next
from contributions.actions import lapse_unanswered
from contributions.models import Basis, Grounds, Photo
from releases import tasks
from releases.eligibility import Rules, decided, funnel
from releases.models import Audience, Crop, Readings
from tests import pictures
from tests.builders import Given, answer, given, read
from tests.cast import Casting
from tests.releases.answering import answered
from tests.releases.curators import Curators

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
OWN = Rules(Audience.OWN, frozenset({Basis.SELF}), with_nobody=False)


def reason(made: Given, rules: Rules = OWN) -> str:
    """The reason of the first photo, every crop made."""
    tasks.cut_now()
    return str(found(made.photos[0], rules).reason)


def found(photo: Photo, rules: Rules = OWN) -> Any:
    return decided(rules).get(pk=photo.pk)


@pytest.mark.requirement("D3")
def test_it_says_why(curators: Curators) -> None:
    made = given()
    assert reason(made) == "consent"
    made.agree()
    assert reason(made) == "unread"
    read(curators.annotator, exclusion="quality")
    assert reason(made) == "excluded"
    assert funnel(OWN) == {"excluded": 1}


@pytest.mark.requirement("D3")
def test_what_is_in_names_its_reading_and_the_grounds_of_everybody_in_their_order(curators: Curators) -> None:
    made = given(others=[Basis.INVITED, Basis.AFFIRMED]).agree()
    made.reply(made.photos[0].invitations.get(), "research")
    reading = read(curators.annotator)
    tasks.cut_now()
    photo = found(made.photos[0], Rules(Audience.OWN, frozenset(Grounds), with_nobody=False))
    assert (photo.reason, photo.reading_id) == ("", reading.pk)
    assert photo.grounds == [Grounds.SELF, Grounds.CONFIRMED, Grounds.AFFIRMED]


def test_a_photo_is_out_until_its_crop_is_made_and_out_where_it_cannot_be(curators: Curators) -> None:
    made = given().agree()
    read(curators.annotator)
    assert found(made.photos[0]).reason == "uncut"
    assert reason(made) == ""
    Crop.objects.update(dropped_at=timezone.now())
    assert found(made.photos[0]).reason == "uncut"
    Crop.objects.update(refused=True)
    assert found(made.photos[0]).reason == "border"


def test_what_holds_a_photo_back_later_keeps_it_out_again(curators: Curators) -> None:
    made = given().agree()
    read(curators.annotator)
    assert reason(made) == ""
    answered_no = made.withdraw()
    assert funnel(OWN) == {"consent": 1}
    assert reason(answered_no.undo()) == ""


def test_what_a_release_asks_for_beside_research_is_needed_of_every_photo(curators: Curators) -> None:
    audiences = {"": Audience.OWN, "sharing": Audience.PARTNERS, "illustration": Audience.OWN}
    made = {
        scope: given(pictures.png(320 + place, 240)).agree(*filter(None, [scope]))
        for place, scope in enumerate(audiences)
    }
    for _photo in made:
        read(curators.annotator)
    for asked in ("sharing", "illustration"):
        rules = Rules(audiences[asked], frozenset({Basis.SELF}), with_nobody=False, scopes=frozenset({asked}))
        reasons = {scope: reason(photo, rules) for scope, photo in made.items()}
        assert reasons == dict.fromkeys(made, "scope") | {asked: ""}


def test_only_what_two_people_agreed_on_is_in_where_that_is_asked(
    curators: Curators, staff: Casting, settings: Settings
) -> None:
    rules = Rules(Audience.OWN, frozenset({Basis.SELF}), with_nobody=False, readings=Readings.AGREED)
    once = given().agree()
    read(curators.annotator)
    settings.SECOND_OPINION_SHARE = 1
    agreed, settled = given(pictures.png(300, 200)).agree(), given(pictures.png(200, 300)).agree()
    doubtful = settled.photos[0].persons.get().pk
    for reader, ages in ((curators.annotator, {}), (staff("annotator").user.pk, {doubtful: 70})):
        for _ in range(2):
            answered(reader, partial(aged, ages))
    answer(staff("adjudicator").user.pk, settling=True)
    assert [reason(made, rules) for made in (once, agreed, settled)] == ["once", "", ""]
    assert funnel(OWN) == {"": 3}


def aged(ages: Mapping[UUID, int], marks: Sequence[UUID]) -> Said:
    return Said(people=[PersonRead(mark, 0.1, 0.5, Decimal(ages.get(mark, 7))) for mark in marks])


def test_everybody_shown_stands_on_an_accepted_basis(curators: Curators) -> None:
    alone, affirmed, both = {Basis.SELF}, {Basis.AFFIRMED}, {Basis.SELF, Basis.AFFIRMED}
    shown: list[tuple[Basis, list[Basis], list[tuple[set[Basis], str]]]] = [
        (Basis.SELF, [], [(alone, ""), (both, ""), (affirmed, "basis")]),
        (Basis.SELF, [Basis.AFFIRMED], [(alone, "basis"), (both, "")]),
        (Basis.AFFIRMED, [], [(both, "without_self")]),
        (Basis.SELF, [Basis.UNDER_18], [(both, "basis")]),
    ]
    for place, (basis, others, cases) in enumerate(shown):
        made = given(pictures.png(320 + place, 240), basis=basis, others=others).agree()
        read(curators.annotator)
        for accepted, reason_then in cases:
            found_then = reason(made, Rules(Audience.OWN, frozenset(accepted), with_nobody=False))
            assert found_then == reason_then, (basis, others, accepted)


@pytest.mark.requirement("C5")
def test_who_is_counted_and_carries_no_mark_was_asked_by_nobody(curators: Curators) -> None:
    for marked in (0, 1):
        made = given(pictures.png(320 + marked, 240)).agree()
        answered(curators.annotator, partial(counted, marked))
        for with_nobody in (False, True):
            rules = Rules(Audience.OWN, frozenset({Basis.SELF}), with_nobody)
            assert reason(made, rules) == "unasked", (marked, with_nobody)


def counted(marked: int, marks: Sequence[UUID]) -> Said:
    """Two people, of whom so many carry a mark."""
    return Said(people=[PersonRead(mark, 0.5, 0.5, Decimal(7)) for mark in marks[:marked]], count=2)


def test_a_picture_of_nobody_is_in_where_that_is_accepted(curators: Curators) -> None:
    made = given().agree()
    answered(curators.annotator, lambda _marks: Said(people=[], count=0))
    assert [reason(made, Rules(Audience.OWN, frozenset({Basis.SELF}), accepted)) for accepted in (False, True)] == [
        "nobody",
        "",
    ]


@pytest.mark.requirement("C5")
def test_a_photo_without_its_giver_is_in_when_everybody_shown_agreed_by_an_own_link(curators: Curators) -> None:
    made = given(basis=Basis.INVITED, others=[Basis.INVITED]).agree()
    for invitation in made.photos[0].invitations.all():
        assert reason(made, OWN) == "consent"
        made.reply(invitation, "research")
    read(curators.annotator)
    both = frozenset({Grounds.SELF, Grounds.CONFIRMED})
    assert reason(made, Rules(Audience.OWN, both, with_nobody=False)) == ""
    assert reason(made, OWN) == "basis"


@pytest.mark.requirement("C5")
def test_somebody_who_did_not_answer_has_grounds_of_their_own(curators: Curators) -> None:
    asked = frozenset({Grounds.SELF, Grounds.CONFIRMED, Grounds.AFFIRMED})
    for place, (basis, expected) in enumerate({Basis.SELF: "basis", Basis.INVITED: "without_self"}.items()):
        made = given(pictures.png(320 + place, 240), basis=basis, others=[Basis.INVITED]).agree()
        silent = made.photos[0].invitations.order_by("-person__number")[0]
        for invitation in made.photos[0].invitations.exclude(pk=silent.pk):
            made.reply(invitation, "research")
        made.photos[0].invitations.filter(pk=silent.pk).update(asked_at=timezone.now() - timedelta(days=14))
        lapse_unanswered()
        made.work()
        read(curators.annotator)
        assert reason(made, Rules(Audience.OWN, asked, with_nobody=False)) == expected, basis


@pytest.mark.requirement("C5")
def test_nobody_reads_a_photo_that_waits_for_an_invited_person(curators: Curators) -> None:
    made = given(others=[Basis.INVITED]).agree()
    assert take_next(staff_id=curators.annotator) is None
    made.reply(made.photos[0].invitations.get(), "research")
    task = take_next(staff_id=curators.annotator)
    assert task is not None
    assert task.photo_id == made.photos[0].pk


def test_only_photos_that_are_here_are_asked_about() -> None:
    made = given(pictures.png(320, 240), pictures.png(300, 200))
    Photo.objects.filter(pk=made.photos[0].pk).update(state="lapsed", lapsed_at=timezone.now())
    assert [photo.pk for photo in decided(OWN)] == [made.photos[1].pk]
