"""Near-duplicates: found exactly, by a scan or by the index; compared by staff; asked about after a withdrawal."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from audit.models import Event
from contributions import queries as contributions
from contributions.models import Withdrawal
from screening import actions
from screening.models import Finding, NearDuplicate, PhotoDigest, PhotoHash, View
from screening.queries import duplicates, lookalikes, same_pictures, servable
from screening.queries.duplicates import REVIEW, SURE, by_band, index_alone, near
from screening.queries.pairs import to_answer
from tests import pictures
from tests.builders import Given, given
from tests.cast import Casting
from tests.screening.hashes import apart, distance, hash_photo, hashed_photos, random_turns, seeded

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
DESK = "/staff/duplicates/"
TURNS = random_turns(seeded(8))


def two(bits: int = 20, *, same_giver: bool = False) -> tuple[Given, Given]:
    """Two agreed photos whose hashes are so many bits apart, found to be a pair."""
    files = (pictures.png(320, 240), pictures.png(330, 240, name="cat"))
    if same_giver:
        both = given(*files).agree()
        made = (Given(both.sending, both.photos[:1]), Given(both.sending, both.photos[1:]))
    else:
        made = (given(files[0]).agree(), given(files[1]).agree())
    PhotoHash.objects.all().delete()
    NearDuplicate.objects.all().delete()
    hash_photo(made[0].photos[0].pk, TURNS)
    hash_photo(made[1].photos[0].pk, [apart(TURNS[3], bits, seeded(9)), *random_turns(seeded(10))[1:]])
    actions.compare(photo_id=made[0].photos[0].pk)
    return made


class TestSearch:
    """Every near-duplicate and nothing else is found, both ways."""

    @pytest.mark.requirement("S8")
    def test_both_ways_find_what_comparing_each_with_each_finds(self, settings: Settings) -> None:
        chance = seeded(1)
        planted = [apart(chance.choice(TURNS), bits, chance) for bits in range(2 * SURE + 3) for _time in range(4)]
        uprights = [*planted, *(chance.randbytes(32) for _one in range(1000))]
        photos = hashed_photos(uprights, chance)
        least = {
            photo: min(distance(turn, upright) for turn in TURNS)
            for photo, upright in zip(photos, uprights, strict=True)
        }
        for rows, by_bands in ((10**9, False), (0, True)):
            settings.DUPLICATES_BY_BANDS_FROM = rows
            assert duplicates.is_by_bands() == by_bands
            for within in (SURE, REVIEW):
                expected = {photo: bits for photo, bits in least.items() if bits <= within}
                assert near(TURNS, but_for=uuid4(), within=within) == expected
                assert len(expected) >= 4 * within

    def test_the_index_is_asked_and_not_the_whole_table(self, settings: Settings) -> None:
        hashed_photos([seeded(2).randbytes(32) for _one in range(50)], seeded(3))
        statement, values = by_band(TURNS[0], uuid4(), SURE)
        with index_alone() as cursor:
            cursor.execute(f"EXPLAIN {statement}", values)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "hashes_by_band" in plan
        assert "Seq Scan" not in plan

    def test_whoever_searches_by_bands_can_read_tables_as_before(self, settings: Settings) -> None:
        settings.DUPLICATES_BY_BANDS_FROM = 0
        with transaction.atomic(), connection.cursor() as cursor:
            near(TURNS, but_for=uuid4(), within=SURE)
            for way in ("seqscan", "indexscan"):
                cursor.execute(f"SHOW enable_{way}")
                assert cursor.fetchone() == ("on",)

    @pytest.mark.requirement("S7", "S8")
    @pytest.mark.parametrize("by_bands_from", [0, 10**9])
    def test_what_left_says_nothing_or_is_hashed_otherwise_is_not_found(
        self, settings: Settings, by_bands_from: int
    ) -> None:
        settings.DUPLICATES_BY_BANDS_FROM = by_bands_from
        made = given(*(pictures.png(300 + 10 * number, 240) for number in range(5))).agree()
        PhotoHash.objects.all().delete()
        itself, there, withdrawn, empty, otherwise = (photo.pk for photo in made.photos)
        for photo in (itself, there, withdrawn):
            hash_photo(photo, TURNS)
        hash_photo(empty, TURNS, quality=49)
        hash_photo(otherwise, TURNS, method="another")
        Withdrawal.objects.create(photo_id=withdrawn, decision=uuid4(), cause="own_no", erase_from="2100-01-01T00:00Z")
        assert near(TURNS, but_for=itself, within=SURE) == {there: 0}

    def test_both_forms_are_compared_with_both(self) -> None:
        first, second = given(pictures.png(320, 240)).photos[0].pk, given(pictures.png(330, 240)).photos[0].pk
        PhotoHash.objects.all().delete()
        for number, photo in enumerate((first, second)):
            hash_photo(photo, random_turns(seeded(number)))
        hash_photo(first, TURNS, form="framed")
        hash_photo(second, [TURNS[5], *random_turns(seeded(4))[1:]], form="framed")
        actions.compare(photo_id=first)
        (pair,) = NearDuplicate.objects.all()
        assert ({pair.one_id, pair.other_id}, pair.distance) == ({first, second}, 0)

    def test_a_lookalike_is_found_in_any_orientation_and_told_with_its_distance(self) -> None:
        made, _other = two()
        photo = made.photos[0].pk
        assert lookalikes(apart(TURNS[6], 40, seeded(5))) == [(photo, 40)]
        assert lookalikes(apart(TURNS[6], 61, seeded(5))) == []


class TestOnTheWayIn:
    """The step notes pairs and holds nothing."""

    @pytest.mark.requirement("S8")
    def test_a_near_duplicate_is_noted_once_and_holds_no_photo(self) -> None:
        one, other = two(31)
        for made in (one, other):
            actions.compare(photo_id=made.photos[0].pk)
        assert NearDuplicate.objects.count() == 1
        finding = Finding.objects.get(photo=one.photos[0], step="find_duplicates")
        assert (finding.codes, finding.facts["sure"], finding.facts["to_review"]) == ([], 1, 0)

    def test_one_to_be_looked_at_is_noted_as_such_and_a_stranger_is_not(self) -> None:
        one, _other = two(60)
        assert Finding.objects.get(photo=one.photos[0], step="find_duplicates").facts["to_review"] == 1
        NearDuplicate.objects.all().delete()
        two(61)
        assert not NearDuplicate.objects.exists()


class TestDesk:
    """Lead and officer compare: facts first, pictures through the gate."""

    def test_the_list_and_the_pair_are_facts_until_somebody_asks_for_the_pictures(self, staff: Casting) -> None:
        two()
        (pair,), lead = NearDuplicate.objects.all(), staff("lead")
        listed, page = lead.client.get(DESK).content.decode(), lead.client.get(f"{DESK}{pair.pk}/").content.decode()
        assert str(pair.one_id)[:8] in listed
        assert "20 of 256 bits" in page
        assert "two givers" in page
        assert "<img" not in listed + page
        assert lead.client.get(f"{DESK}{pair.pk}/?pictures=1").content.decode().count("<img") == 2
        assert not View.objects.exists()

    @pytest.mark.requirement("S9", "L11")
    def test_each_picture_is_a_view_in_the_log(self, staff: Casting) -> None:
        two()
        (pair,), officer = NearDuplicate.objects.all(), staff("officer")
        answer = officer.client.get(f"{DESK}{pair.pk}/{pair.other_id}/")
        assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"  # type: ignore[attr-defined]
        (view,) = View.objects.all()
        assert (view.photo_id, view.reason, view.staff_id) == (pair.other_id, "duplicate", officer.user.pk)
        assert Event.objects.filter(action="photo:viewed").count() == 1

    @pytest.mark.requirement("S1")
    def test_no_picture_of_a_pair_is_shown_unless_both_may_be(self, staff: Casting) -> None:
        one, other = two()
        (pair,), officer = NearDuplicate.objects.all(), staff("officer")
        one.withdraw()
        address = f"{DESK}{pair.pk}/{other.photos[0].pk}/"
        assert officer.client.get(address).status_code == 404
        assert "<img" not in officer.client.get(f"{DESK}{pair.pk}/?pictures=1").content.decode()
        assert officer.client.get(f"{DESK}{pair.pk}/{given().agree().photos[0].pk}/").status_code == 404
        assert not View.objects.exists()

    def test_an_answer_is_kept_and_logged_once_and_may_be_given_otherwise(self, staff: Casting) -> None:
        one, other = two()
        (pair,), lead = NearDuplicate.objects.all(), staff("lead")
        ids = {one.photos[0].pk, other.photos[0].pk}
        for answer, same, groups in (
            ("same_picture", True, [ids]),
            ("same_picture", True, [ids]),
            ("another_picture", False, []),
        ):
            page = lead.client.post(f"{DESK}{pair.pk}/", {"answer": answer}, follow=True).content.decode()
            pair.refresh_from_db()
            assert (pair.same, pair.decided_by_id) == (same, lead.user.pk)
            assert same_pictures(ids) == groups
            assert ("Leave one out" in page) == same
        assert Event.objects.filter(action="photo:compared").count() == 2
        assert "Nothing to compare" in lead.client.get(DESK).content.decode()

    def test_no_answer_changes_nothing(self, staff: Casting) -> None:
        two()
        (pair,), lead = NearDuplicate.objects.all(), staff("lead")
        for answer in ({}, {"answer": "perhaps"}):
            assert lead.client.post(f"{DESK}{pair.pk}/", answer).status_code == 422
        assert NearDuplicate.objects.get().same is None

    def test_pictures_that_belong_together_are_one_group(self) -> None:
        one, other = two()
        third = given(pictures.png(340, 240, name="rocket")).agree().photos[0].pk
        hash_photo(third, [apart(TURNS[0], 25, seeded(6)), *TURNS[1:]])
        actions.compare(photo_id=one.photos[0].pk)
        ids = [one.photos[0].pk, other.photos[0].pk, third]
        assert same_pictures(ids) == [frozenset(ids)]
        assert same_pictures(ids[1:]) in ([], [frozenset(ids[1:])])

    def test_nobody_else_compares(self, staff: Casting) -> None:
        two()
        (pair,) = NearDuplicate.objects.all()
        for role in ("annotator", "curator", "auditor", "administrator"):
            member = staff(role)
            addresses = (DESK, f"{DESK}{pair.pk}/", f"{DESK}{pair.pk}/{pair.one_id}/")
            assert {member.client.get(address).status_code for address in addresses} == {403}
            assert member.client.post(f"{DESK}{pair.pk}/", {"answer": "same_picture"}).status_code == 403
        assert NearDuplicate.objects.get().same is None


class TestWithdrawal:
    """A withdrawal forgets what its photo is recognised by, and asks about what is nearly the same."""

    def asked(self) -> list[int]:
        return [pair.pk for pair in to_answer()]

    @pytest.mark.requirement("S7", "S8")
    def test_a_withdrawal_forgets_the_hashes_and_asks_the_officer(self, staff: Casting) -> None:
        one, other = two()
        gone, stays = one.photos[0].pk, other.photos[0].pk
        PhotoDigest.objects.create(photo_id=gone, keyed=b"k" * 32)
        one.withdraw()
        for model in (PhotoHash, PhotoDigest, Finding):
            assert not model.objects.filter(photo=gone).exists()
        assert near(TURNS, but_for=uuid4()).keys() == {stays}
        officer, (pair,) = staff("officer"), self.asked()
        page = officer.client.get(f"{DESK}{pair}/answer/").content.decode()
        assert "After a withdrawal" in officer.client.get(DESK).content.decode()
        assert page.index(str(gone)[:8]) < page.index(str(stays)[:8])
        assert "from two givers" in page
        assert "20 of 256 bits" in page
        assert Event.objects.get(action="photo:duplicate_asked").subject == str(stays)

    def test_what_stays_stays_and_is_not_asked_again(self, staff: Casting) -> None:
        one, other = two()
        one.withdraw()
        officer, (pair,) = staff("officer"), self.asked()
        for nothing in ({}, {"answer": "perhaps"}):
            assert officer.client.post(f"{DESK}{pair}/answer/", nothing).status_code == 422
        assert self.asked() == [pair]
        officer.client.post(f"{DESK}{pair}/answer/", {"answer": "stays"})
        assert contributions.in_use().filter(pk=other.photos[0].pk).exists()
        assert self.asked() == []
        assert NearDuplicate.objects.get().answered_by_id == officer.user.pk
        assert Event.objects.get(action="photo:duplicate_answered").actor == officer.actor

    @pytest.mark.requirement("S8")
    def test_taking_the_other_out_takes_a_second_press_and_ends_its_use(self, staff: Casting) -> None:
        one, other = two(same_giver=True)
        one.withdraw()
        officer, (pair,) = staff("officer"), self.asked()
        address = f"{DESK}{pair}/answer/"
        assert "nobody can take it back" in officer.client.post(address, {"answer": "taken_out"}).content.decode()
        assert contributions.in_use().filter(pk=other.photos[0].pk).exists()
        officer.client.post(address, {"answer": "taken_out", "confirm": "1"})
        assert not contributions.in_use().exists()
        assert Withdrawal.objects.get(photo=other.photos[0]).cause == Withdrawal.Cause.REVOKED
        other.work()
        assert not NearDuplicate.objects.exists()

    def test_an_undone_withdrawal_asks_nothing_any_more(self, staff: Casting) -> None:
        one, _other = two()
        one.withdraw()
        (pair,) = self.asked()
        one.undo()
        assert self.asked() == []
        assert servable().filter(pk=one.photos[0].pk).exists()
        with pytest.raises(actions.NothingAsked):
            actions.answer(pair_id=pair, answer="stays", staff_id=staff("officer").user.pk)
        actions.compare(photo_id=one.photos[0].pk)
        assert NearDuplicate.objects.get().asked_at is None

    def test_nothing_is_asked_of_pictures_that_staff_told_apart(self, staff: Casting) -> None:
        one, _other = two()
        actions.say(pair_id=NearDuplicate.objects.get().pk, same=False, staff_id=staff("lead").user.pk)
        one.withdraw()
        assert self.asked() == []

    def test_only_the_officer_answers(self, staff: Casting) -> None:
        one, _other = two()
        one.withdraw()
        (pair,), lead = self.asked(), staff("lead")
        assert "After a withdrawal" not in lead.client.get(DESK).content.decode()
        assert lead.client.get(f"{DESK}{pair}/answer/").status_code == 403
        assert lead.client.post(f"{DESK}{pair}/answer/", {"answer": "stays"}).status_code == 403
