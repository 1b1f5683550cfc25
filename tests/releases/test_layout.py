"""Where photos lie and on which side they are: a function of what is given, in whatever order it comes."""

from uuid import UUID

import pytest

from releases.layout import lay_out
from releases.models import Split
from releases.sides import groups_of, splits_of

IDS = [UUID(int=number) for number in range(1, 1001)]


def slots(laid: dict[UUID, int]) -> dict[int, list[int]]:
    """The photos' numbers by slot."""
    return {slot: sorted(one.int for one in laid if laid[one] == slot) for slot in sorted(set(laid.values()))}


def test_the_first_release_fills_its_shards_in_the_order_of_ids() -> None:
    laid = lay_out({}, IDS[4::-1], touched=frozenset(), size=2)
    assert slots(laid) == {0: [1, 2], 1: [3, 4], 2: [5]}


@pytest.mark.requirement("D11")
def test_what_nothing_was_taken_from_stays_and_new_photos_go_where_one_left_then_where_there_is_most_room() -> None:
    before = {one: slot for slot in range(3) for one in IDS[slot * 4 : slot * 4 + 4]} | {IDS[12]: 3}
    now = [one for one in IDS[:13] if one not in {IDS[0], IDS[1]}]
    assert slots(lay_out(before, now, touched=frozenset({0}), size=4))[0] == [3, 4]
    laid = slots(lay_out(before, now + IDS[20:28], touched=frozenset({0}), size=4))
    assert laid == {0: [3, 4, 21, 22], 1: [5, 6, 7, 8], 2: [9, 10, 11, 12], 3: [13, 23, 24, 25], 4: [26, 27, 28]}


def test_a_slot_that_became_empty_is_taken_by_new_photos_first() -> None:
    before = {IDS[0]: 0, IDS[1]: 1}
    assert slots(lay_out(before, [IDS[1], IDS[5]], touched=frozenset({0}), size=1)) == {0: [6], 1: [2]}


@pytest.mark.requirement("D8")
@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 9, 12, 13, 17])
@pytest.mark.parametrize("gone", [0, 1, 3, 7])
def test_no_shard_is_so_small_that_closing_it_would_name_its_photos(count: int, gone: int) -> None:
    first = lay_out({}, IDS[:count], touched=frozenset(), size=4, least=2)
    # The first ones leave, which empties some shards and leaves one or two photos in another.
    left, now = frozenset(first[one] for one in IDS[:gone] if one in first), IDS[gone:count]
    for laid, photos in ((first, IDS[:count]), (lay_out(first, now, touched=left, size=4, least=2), now)):
        assert set(laid) == set(photos)
        inside = [len(held) for held in slots(laid).values()]
        assert all(min(2, len(photos)) <= held <= 4 for held in inside), inside


@pytest.mark.requirement("D11")
def test_a_shrunken_shard_is_merged_into_one_that_is_written_anew_anyway() -> None:
    before = {one: place // 4 for place, one in enumerate(IDS[:16])}
    now = [IDS[place] for place in (0, 4, 5, 8, 9, 10, 12, 13, 14, 15)]
    laid = slots(lay_out(before, now, touched=frozenset({0, 1}), size=4, least=2))
    assert laid == {1: [1, 5, 6], 2: [9, 10, 11], 3: [13, 14, 15, 16]}


@pytest.mark.requirement("D5")
def test_photos_that_share_a_person_or_a_picture_are_on_one_side_and_a_side_stays() -> None:
    bound = {one: [f"person {number // 3}"] for number, one in enumerate(IDS)}
    bound[IDS[0]].append("picture")
    bound[IDS[999]].append("picture")
    first = splits_of(bound, {})
    assert all(len({first[one] for one in IDS[at : at + 3]}) == 1 for at in range(0, 999, 3))
    assert first[IDS[0]] == first[IDS[999]]
    more = {UUID(int=one.int << 96): bonds for one, bonds in bound.items()}
    drawn = [side for _one, side in sorted(splits_of(more, {}).items())]
    assert {side: drawn.count(side) for side in Split}.keys() == set(Split)
    again = splits_of(dict(sorted(bound.items(), reverse=True)), dict(first))
    assert again == first


def test_where_two_sides_turn_out_to_belong_together_all_go_where_most_of_them_were() -> None:
    before = {IDS[0]: Split.TEST, IDS[1]: Split.TRAIN, IDS[2]: Split.TRAIN}
    found = splits_of({one: ["somebody"] for one in IDS[:4]}, before)
    assert set(found.values()) == {Split.TRAIN}


def test_a_group_is_named_by_the_smallest_id_of_those_that_show_one_picture() -> None:
    photos = {UUID(int=1000 + one.int): one for one in IDS[:4]}
    same = [frozenset({UUID(int=1004), UUID(int=1002), UUID(int=5)})]
    found = groups_of(photos, same)
    assert found == {IDS[0]: IDS[0], IDS[1]: IDS[1], IDS[2]: IDS[2], IDS[3]: IDS[1]}
