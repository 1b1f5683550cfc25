"""A claim by a picture: of the picture only its hash arrives, and the officer sees what looks like it."""

import json
from typing import Any

import pytest

from contributions.actions import settling
from contributions.models import Claim, ClaimedPhoto
from screening.models import PhotoHash
from tests.cast import Casting
from tests.contributions.claimant import WORDS, Claimant
from tests.contributions.giver import Giver
from tests.identity.mails import sent, whole
from tests.screening.hashes import apart, hash_photo, random_turns, seeded
from vault import actions as vault
from vault.actions import ObjectGone

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)
DESK = "/staff/claims/"
TURNS = random_turns(seeded(12))
PICTURE = TURNS[0].hex()


def kept() -> dict[str, Any]:
    written: dict[str, Any] = json.loads(vault.read(Claim.objects.select_related("words__key").get().words))
    return written


@pytest.mark.requirement("C12")
def test_a_picture_needs_no_words_and_lies_sealed_until_the_claim_is_settled(staff: Casting) -> None:
    person = Claimant()
    assert person.writes(words="", picture=PICTURE).status_code == 302
    assert kept() == {"about": "me", "words": "", "picture": PICTURE}
    person.opens_link()
    person.chooses("look")
    claim = Claim.objects.get()
    page = staff("officer").client.get(f"{DESK}{claim.pk}/").content.decode()
    assert "chose a picture instead" in page
    assert PICTURE not in page
    settling.settle(claim_id=claim.pk, staff_id=staff("officer").user.pk)
    with pytest.raises(ObjectGone):
        kept()


def test_without_script_no_picture_is_asked_for_and_the_file_has_no_name_to_be_sent_by() -> None:
    page = Claimant().client.get("/am-i-pictured/").content.decode()
    part = page[page.index("data-claim-picture") : page.index('role="status"')]
    assert part.split(maxsplit=2)[1] == "hidden"
    assert part[part.index('type="file"') :].count("name=") == 0


def test_without_a_picture_words_are_needed_and_nothing_looks_like_it(staff: Casting) -> None:
    assert "Write what the picture shows." in Claimant().writes(words="").content.decode()
    claim = Claimant().claims()
    assert kept()["picture"] == ""
    assert "looks like the writer" not in staff("officer").client.get(f"{DESK}{claim.pk}/").content.decode()


@pytest.mark.parametrize("picture", ["x" * 64, PICTURE[:-1], PICTURE.upper(), f"{PICTURE}\n{PICTURE}"])
def test_what_is_no_fingerprint_is_refused_and_nothing_is_kept(picture: str) -> None:
    answer = Claimant().writes(picture=picture)
    assert (answer.status_code, Claim.objects.count()) == (400, 0)


@pytest.mark.requirement("C12")
def test_the_officer_sees_what_looks_like_it_in_any_orientation_and_adds_it(staff: Casting) -> None:
    sure, perhaps, other = (Giver(address=f"{number}@example.org").agrees() for number in range(3))
    draft = Giver(address="draft@example.org").drafts()
    givers = (sure, perhaps, other, draft)
    PhotoHash.objects.all().delete()
    for number, (giver, bits) in enumerate(zip(givers, (31, 60, 61, 0), strict=True)):
        turned = [*random_turns(seeded(number))[1:], apart(TURNS[0], bits, seeded(number))]
        hash_photo(giver.ids[0], turned, form="framed")
    claim, officer = claims_by_picture(), staff("officer")
    page = officer.client.get(f"{DESK}{claim.pk}/").content.decode()
    there = [str(giver.ids[0])[:8] in page for giver in givers]
    assert there == [True, True, False, False]
    assert page.index(str(sure.ids[0])) < page.index(str(perhaps.ids[0]))
    assert page.count("Add to this claim") == 2
    assert "<img" not in page
    assert not ClaimedPhoto.objects.exists()
    officer.client.post(f"{DESK}{claim.pk}/photos/", {"photo": sure.ids[0]})
    assert "in the list above" in officer.client.get(f"{DESK}{claim.pk}/").content.decode()


@pytest.mark.requirement("C12", "S10")
def test_the_writer_is_answered_the_same_whether_anything_looks_like_it() -> None:
    giver = Giver().agrees()
    hash_photo(giver.ids[0], TURNS)
    found = Claimant(address="a@example.org").writes(words=WORDS, picture=PICTURE)
    nothing = Claimant(address="b@example.org").writes(words=WORDS, picture=random_turns(seeded(99))[0].hex())
    assert (found.status_code, found.url) == (nothing.status_code, nothing.url)
    mails = [message for message in sent() if message.to[0] in {"a@example.org", "b@example.org"}]
    assert len(mails) == 2
    assert not any(PICTURE in whole(message) for message in mails)
    assert not ClaimedPhoto.objects.exists()


def claims_by_picture() -> Claim:
    person = Claimant()
    person.writes(picture=PICTURE)
    link = person.opens_link()
    person.chooses("look")
    return Claim.objects.get(pk=link.subject)
