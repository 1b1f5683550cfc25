"""Keys of one's own: kept for one person, refused when they cannot stand."""

from typing import Any

import pytest
from django.urls import reverse

from annotation.keymap import LETTERS, clash
from annotation.models import Exclusion, KeyMap
from annotation.queries import keymap_of
from tests.cast import Casting, Member


def keep(member: Member, keys: Any, *, letters_off: bool = False) -> int:
    sent = {"keys": keys, "letters_off": letters_off}
    return member.client.post(reverse("annotation:keys"), sent, content_type="application/json").status_code


def test_the_built_keys_and_the_letters_of_reasons_do_not_clash() -> None:
    assert clash({}) is None
    assert set(LETTERS) == set(Exclusion)
    assert len(set(LETTERS.values())) == len(LETTERS)


@pytest.mark.requirement("A5")
def test_keys_are_kept_for_one_person_and_taken_away_again(staff: Casting) -> None:
    me, other = staff("annotator"), staff("adjudicator")
    # Two actions may change places.
    assert keep(me, {"exclude": "s", "not_now": "x", "save": "F2", "undo": "z"}, letters_off=True) == 204
    kept = KeyMap.objects.get(staff=me.user)
    assert (kept.keys, kept.letters_off) == ({"exclude": "s", "not_now": "x", "save": "F2"}, True)
    mine = {action["name"]: action["key"] for action in keymap_of(me.user.pk)["actions"]}
    assert (mine["exclude"], mine["save"], mine["undo"]) == ("s", "F2", "z")
    assert keymap_of(other.user.pk)["letters_off"] is False
    assert keep(me, {}) == 204
    assert all(action["key"] == action["built"] for action in keymap_of(me.user.pk)["actions"])


@pytest.mark.parametrize(
    "keys",
    [
        {"exclude": "a"},
        {"undo": "x", "last": "x"},
        {"fly": "y"},
        {"undo": "7"},
        {"undo": "Tab"},
        {"undo": "Z"},
        {"undo": " "},
        {"undo": 3},
    ],
    ids=["built", "clash", "action", "digit", "tab", "capital", "space", "number"],
)
def test_keys_that_cannot_stand_are_refused_and_nothing_is_kept(staff: Casting, keys: dict[str, Any]) -> None:
    assert keep(staff("annotator"), keys) == 422
    assert not KeyMap.objects.exists()


def test_others_have_no_keys_and_what_is_no_keymap_is_refused(staff: Casting) -> None:
    assert keep(staff("lead"), {}) == 403
    assert keep(staff("annotator"), 7) == 400
