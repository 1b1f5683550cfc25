"""The pages for near-duplicates as staff meet them, with axe-core looking on."""

import pytest
from playwright.sync_api import BrowserContext

from screening import actions
from screening.models import NearDuplicate, PhotoHash
from screening.queries.pairs import to_answer, to_compare
from tests.browsers import go_on_as
from tests.builders import given
from tests.cast import Casting
from tests.looks import IN_TURN_OR_ALL, Looks
from tests.screening.hashes import apart, hash_photo, random_turns, seeded
from tests.screening.test_duplicates import DESK, TURNS, two


@pytest.mark.requirement("W5", "S8")
@IN_TURN_OR_ALL
def test_axe_finds_nothing_on_the_pages_for_near_duplicates(
    desktop: BrowserContext, live: str, staff: Casting, *, every: bool
) -> None:
    one, other = two()
    third = given().agree().photos[0].pk
    hash_photo(third, [apart(TURNS[0], 50, seeded(1)), *random_turns(seeded(2))[1:]])
    actions.compare(photo_id=one.photos[0].pk)
    upright = PhotoHash.objects.get(photo=other.photos[0]).turns[0]
    hash_photo(third, [apart(upright, 31, seeded(1)), *random_turns(seeded(2))[1:]])
    actions.compare(photo_id=other.photos[0].pk)
    one.withdraw()
    officer = staff("officer", "lead")
    actions.say(pair_id=to_answer()[0].pk, same=True, staff_id=officer.user.pk)
    assert to_compare().count() == 1
    go_on_as(desktop, officer.client, live)
    looks = Looks(desktop.new_page(), every, start="duplicates")
    for path in ("", *(f"{pair}/?pictures=1" for pair in NearDuplicate.objects.values_list("pk", flat=True))):
        looks.visit(live, DESK + path)
    looks.visit(live, f"{DESK}{to_answer()[0].pk}/answer/")
    assert looks.wrong == {}
