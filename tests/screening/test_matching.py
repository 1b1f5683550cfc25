"""Known pictures are found: at 31 bits and not at 32, in eight orientations, on their way in and when a list grows."""

import hashlib
import re
from random import Random
from threading import Thread
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from django.db import connection
from PIL import Image
from pytest_django.fixtures import Settings

from contributions.models import Photo, Step
from contributions.queries import Pixels, PixelsUnavailable
from screening import intake, queries
from screening.actions import hashing_photos, listing, matching, reverse
from screening.actions.listing import import_hashes
from screening.hash_kinds import Hash, Kind
from screening.hashing import hashed
from screening.matching.flat import FlatIndex
from screening.matching.matcher import rows_of
from screening.models import Finding, KnownList, PhotoDigest, PhotoHash
from screening.queries.lists import unreliable_lists
from tests import pictures
from tests.builders import given
from tests.cast import Casting
from tests.contributions.giving import Browser
from tests.screening.found import ready
from tests.screening.hashes import apart, hash_photo, random_turns, seeded

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
FORMS = ("whole", "framed")
FRAME = [0.1, 0.1, 0.9, 0.1, 0.9, 0.9, 0.1, 0.9]


@pytest.fixture
def chance() -> Random:
    return seeded(11)


def listed(*values: bytes, name: str = "national", retract: bool = False) -> None:
    import_hashes(name=name, hashes=[Hash("pdq", value) for value in values], by="system", retract=retract)


def finding(photo: Photo) -> Finding:
    return Finding.objects.get(photo=photo, step="match_known")


def matches(photo: Photo) -> Any:
    matching.match_again(photo_id=photo.pk)
    return finding(photo).facts["matches"]


def state(photo: Photo) -> str:
    verdict = queries.newest_verdict(photo.pk)
    assert verdict is not None
    return verdict.state


def hash_of(photo: Photo, turn: int = 0, form: str = "whole") -> bytes:
    return bytes(PhotoHash.objects.get(photo=photo, form=form).turns[turn])


@pytest.mark.requirement("S2")
def test_every_planted_neighbour_up_to_31_bits_is_found_and_none_beyond(chance: Random) -> None:
    stored = [chance.randbytes(32) for _number in range(3000)]
    index = FlatIndex("national", [b"".join(stored[:1000]), b"".join(stored[1000:])], 3000)
    distances = [*range(64)] * 3
    asked = [apart(chance.choice(stored), bits, chance) for bits in distances]
    found = {match.query: match.distance for match in index.search(rows_of(b"".join(asked)))}
    assert found == {number: bits for number, bits in enumerate(distances) if bits <= 31}


@pytest.mark.requirement("S2")
@pytest.mark.parametrize("count", [0, 1])
def test_a_list_of_no_hash_and_of_one_can_be_asked(count: int, chance: Random) -> None:
    one = chance.randbytes(32)
    index = FlatIndex("national", [one] * count, count)
    found = index.search(rows_of(one + apart(one, 31, chance) + apart(one, 32, chance)))
    assert [match.distance for match in found] == [0, 31][: 2 * count]
    assert index.search(np.empty((0, 32), np.uint8)) == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_another_length_than_it_says_is_not_asked(count: int) -> None:
    with pytest.raises(ValueError, match="than it says"):
        FlatIndex("national", [bytes(64)], count)


@pytest.mark.requirement("S2", "S3")
def test_a_photo_is_found_by_each_turn_of_each_form_at_31_bits_and_not_at_32(chance: Random) -> None:
    (photo,) = given().photos
    turns = {form: random_turns(chance) for form in FORMS}
    for form in FORMS:
        hash_photo(photo.pk, turns[form], form=form)
    listed(*(apart(value, 32, chance) for form in FORMS for value in turns[form]))
    assert matches(photo) == []
    assert finding(photo).codes == []
    near = {(form, turn): apart(turns[form][turn], 31, chance) for form in FORMS for turn in range(8)}
    for (form, turn), value in near.items():
        listed(value)
        found = {"list": "national", "kind": "pdq", "distance": 31, "form": form, "turn": turn, "material": ""}
        assert matches(photo) == [found]
        assert finding(photo).codes == ["known:national"]
        listed(value, retract=True)
    assert matches(photo) == []
    assert finding(photo).lists == {"national": 33}
    assert finding(photo).made_with == {"method": "pdq-512-box-1", "index": "flat-1"}


@pytest.mark.requirement("S2")
def test_a_known_picture_is_found_when_it_comes_turned_and_made_smaller() -> None:
    picture = pictures.picture("coffee", 900, 600)
    known = hashed_picture(picture.resize((512, 512)))
    listed(known)
    (photo,) = given(pictures.encoded(picture.rotate(90, expand=True).resize((400, 600)), "JPEG", quality=70)).photos
    assert state(photo) == "locked"
    (match,) = finding(photo).facts["matches"]
    assert (match["form"], match["turn"]) == ("whole", 3)


@pytest.mark.requirement("S2")
def test_a_known_picture_is_found_within_the_frame_of_a_print() -> None:
    picture = pictures.picture("astronaut", 480, 320)
    listed(hashed_picture(picture.resize((512, 512))))
    page = np.full((400, 600, 3), 250, np.uint8)
    page[40:360, 60:540] = np.asarray(picture)
    (photo,) = given(pictures.encoded(Image.fromarray(page), "PNG")).photos
    Photo.objects.filter(pk=photo.pk).update(found_frame=FRAME)
    intake.match_known(photo.pk)
    (match,) = finding(photo).facts["matches"]
    assert (match["form"], match["turn"]) == ("framed", 0)


def hashed_picture(picture: Any) -> bytes:
    rgb = picture.convert("RGB")
    return hashed(Pixels(rgb.width, rgb.height, rgb.tobytes())).turns[0]


@pytest.mark.requirement("S2")
@pytest.mark.parametrize("kind", ["md5", "sha256"])
def test_a_photo_is_found_by_a_digest_of_its_received_bytes_after_these_are_gone(kind: Kind) -> None:
    data = pictures.png(320, 240)
    (photo,) = given(data).photos
    assert photo.received.dropped_at is not None
    digest = hashlib.new(kind, data, usedforsecurity=False).digest()
    import_hashes(name="national", hashes=[Hash(kind, digest)], by="system")
    assert not reverse.match_fresh()
    assert state(photo) == "locked"
    assert finding(photo).facts["matches"] == [{"list": "national", "kind": "digest", "distance": 0, "material": ""}]


class TestCodes:
    """What cannot be compared is held."""

    @pytest.mark.requirement("S1")
    def test_a_picture_with_nothing_in_it(self) -> None:
        even = pictures.encoded(Image.new("RGB", (300, 200), (120, 90, 60)), "PNG")
        (photo,) = given(even).photos
        assert finding(photo).codes == ["hash_quality_low"]
        assert state(photo) == "held"

    @pytest.mark.requirement("S1")
    def test_a_picture_that_no_child_can_look_at(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def unavailable(*_args: object) -> Any:
            raise PixelsUnavailable

        monkeypatch.setattr(hashing_photos, "pixels_of", unavailable)
        photo = ready()
        step = Step.objects.create(photo=photo, phase="intake", position=0, name="screening.intake.match_known")
        with pytest.raises(PixelsUnavailable):
            intake.match_known(photo.pk)
        assert not Finding.objects.filter(photo=photo, step="match_known").exists()
        Step.objects.filter(pk=step.pk).update(attempts=intake.MOST_LOOKS)
        intake.match_known(photo.pk)
        assert finding(photo).codes == ["not_hashed"]
        assert PhotoDigest.objects.filter(photo=photo).count() == 2

    @pytest.mark.requirement("S1")
    def test_received_bytes_without_digests(self, settings: Settings) -> None:
        settings.KNOWN_LISTS_REQUIRED = ["national"]
        (photo,) = given().photos
        PhotoDigest.objects.all().delete()
        Photo.objects.filter(pk=photo.pk).update(received_md5="")
        intake.match_known(photo.pk)
        assert finding(photo).codes == ["list_missing:national", "digest_missing"]

    @pytest.mark.requirement("S1")
    def test_a_list_that_cannot_be_opened(self) -> None:
        (photo,) = given().photos
        Finding.objects.all().delete()
        listed(bytes(32))
        KnownList.objects.update(pdq_count=2)
        with pytest.raises(ValueError, match="than it says"):
            intake.match_known(photo.pk)
        assert not Finding.objects.exists()

    def test_a_list_that_changes_while_it_is_asked(self, monkeypatch: pytest.MonkeyPatch, chance: Random) -> None:
        (photo,) = given().photos
        listed(chance.randbytes(32))
        real, hashes = unreliable_lists, iter([hash_of(photo)])

        def meanwhile() -> list[str]:
            for value in hashes:
                listed(value)
                break
            return real()

        monkeypatch.setattr(matching, "unreliable_lists", meanwhile)
        matching.match_again(photo_id=photo.pk)
        assert finding(photo).codes == ["known:national"]
        assert finding(photo).lists == {"national": 2}


class TestRemember:
    """Once somebody agreed: hashes that went with a withdrawal, or that a new frame made old."""

    def test_hashes_that_stand_are_left_as_they_are(self) -> None:
        (photo,) = given().photos
        before = list(PhotoHash.objects.values_list("pk", flat=True))
        intake.remember(photo.pk)
        assert list(PhotoHash.objects.values_list("pk", flat=True)) == before

    @pytest.mark.requirement("S2")
    def test_a_frame_that_the_giver_moved_takes_no_form_away(self) -> None:
        (photo,) = given(pictures.png(640, 480)).agree().photos
        found = [0.2, 0.2, 0.8, 0.2, 0.8, 0.8, 0.2, 0.8]
        Photo.objects.filter(pk=photo.pk).update(frame=FRAME, found_frame=found)
        intake.remember(photo.pk)
        forms = dict(PhotoHash.objects.filter(photo=photo).values_list("form", "frame"))
        assert forms == {"whole": None, "framed": found, "moved": FRAME}

    def test_a_frame_that_the_giver_drew_is_hashed_and_looked_up(self, chance: Random) -> None:
        (photo,) = given(pictures.png(640, 480)).agree().photos
        Photo.objects.filter(pk=photo.pk).update(frame=FRAME)
        intake.remember(photo.pk)
        framed = PhotoHash.objects.get(photo=photo, form="framed")
        assert framed.frame == FRAME
        assert state(photo) == "clear"
        framed.delete()
        listed(apart(bytes(framed.turns[3]), 20, chance))
        intake.remember(photo.pk)
        assert finding(photo).facts["matches"][0]["turn"] == 3
        assert state(photo) == "locked"

    @pytest.mark.requirement("S7")
    def test_a_withdrawn_photo_leaves_every_index_and_comes_back_when_that_is_undone(self) -> None:
        made = given().agree()
        (photo,) = made.photos
        known = hash_of(photo)
        made.withdraw()
        assert not PhotoHash.objects.exists()
        assert not PhotoDigest.objects.exists()
        listed(known)
        assert not reverse.match_fresh()
        assert state(photo) == "clear"
        assert not Finding.objects.exists()
        made.undo()
        assert state(photo) == "locked"


class TestReverse:
    """A list that grows is matched against what is here."""

    @pytest.mark.requirement("S7")
    def test_what_a_list_gains_locks_photos_that_are_here(self, chance: Random) -> None:
        far, near = given().agree().photos[0], given(pictures.png(300, 200)).agree().photos[0]
        for photo in (far, near):
            hash_photo(photo.pk, random_turns(chance))
        listed(apart(hash_of(near, 6), 31, chance), apart(hash_of(far, 6), 32, chance))
        assert KnownList.objects.get().waiting_since is not None
        assert not reverse.match_fresh()
        assert [state(photo) for photo in (far, near)] == ["clear", "locked"]
        assert set(queries.servable()) == {far}
        known = KnownList.objects.get()
        assert (known.fresh, known.fresh_count, known.waiting_since, known.matched_version) == (None, 0, None, 1)
        assert known.matched_at is not None

    @pytest.mark.requirement("S7")
    def test_it_goes_on_where_it_was_stopped(self, chance: Random, monkeypatch: pytest.MonkeyPatch) -> None:
        (photo,) = given().photos
        gained = sorted([*(chance.randbytes(32) for _number in range(9)), hash_of(photo)])
        listed(*gained)
        monkeypatch.setattr(reverse, "FEWEST", 3)
        monkeypatch.setattr(reverse, "COMPARISONS", 1)
        left = []
        while reverse.match_fresh(seconds=0):
            left.append(KnownList.objects.get().fresh_count)
            assert KnownList.objects.get().waiting_since is not None
        assert left == [7, 4, 1]
        assert KnownList.objects.get().waiting_since is None
        assert state(photo) == "locked"

    @pytest.mark.requirement("S7")
    @pytest.mark.parametrize("moment", ["_stored", "_by_hash"])
    def test_what_comes_while_it_runs_waits_for_the_next_time(
        self, moment: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (photo,) = given().photos
        listed(bytes(32))
        real, known = getattr(reverse, moment), hash_of(photo)

        def meanwhile(*given: Any) -> Any:
            monkeypatch.setattr(reverse, moment, real)
            done = real(*given)
            listed(known)
            return done

        monkeypatch.setattr(reverse, moment, meanwhile)
        # What was fresh is opened between the two moments, and is gone before the first.
        assert reverse.match_fresh() == (moment == "_stored")
        row = KnownList.objects.get()
        assert row.version == 2
        assert row.waiting_since is not None
        assert hash_of(photo) == known
        assert state(photo) == "clear"
        assert not reverse.match_fresh()
        row = KnownList.objects.get()
        assert (row.waiting_since, row.fresh, row.matched_version) == (None, None, 2)
        assert state(photo) == "locked"

    def test_one_worker_at_a_time_matches(self, chance: Random) -> None:
        listed(chance.randbytes(32))
        answers: list[bool] = []

        def work() -> None:
            answers.append(reverse.match_fresh())
            connection.close()

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [reverse.MATCHING])
            worker = Thread(target=work)
            worker.start()
            worker.join()
            cursor.execute("SELECT pg_advisory_unlock(%s)", [reverse.MATCHING])
        assert answers == [False]
        assert KnownList.objects.get().fresh_count == 1

    @pytest.mark.requirement("S1")
    def test_what_a_missing_list_held_up_is_judged_when_it_comes(self, settings: Settings, chance: Random) -> None:
        settings.KNOWN_LISTS_REQUIRED = ["national"]
        (photo,) = given().agree().photos
        assert finding(photo).codes == ["list_missing:national"]
        listed(chance.randbytes(32))
        assert not reverse.match_fresh()
        assert finding(photo).codes == []
        assert state(photo) == "clear"

    @pytest.mark.requirement("S1")
    def test_what_a_list_held_up_that_is_asked_for_no_more_is_judged_again(self, settings: Settings) -> None:
        settings.KNOWN_LISTS_REQUIRED = ["national"]
        (photo,) = given().agree().photos
        settings.KNOWN_LISTS_REQUIRED = []
        assert not reverse.match_fresh()
        assert finding(photo).codes == []
        assert state(photo) == "clear"

    @pytest.mark.requirement("S2", "S6")
    def test_what_a_list_takes_back_is_found_no_more_and_a_lock_waits_for_officers(self, staff: Casting) -> None:
        data = pictures.png(320, 240)
        both = given(data, pictures.png(300, 200, name="cat")).agree()
        digest, by_hash = both.photos
        md5 = Hash("md5", hashlib.new("md5", data, usedforsecurity=False).digest())
        listed(hash_of(by_hash))
        import_hashes(name="national", hashes=[md5], by="system", material="baseline A")
        listed(hash_of(by_hash), name="other")
        assert not reverse.match_fresh()
        officer, on_none = staff("officer").client, "no list has it any more"

        def page(photo: Photo) -> str:
            return officer.get(f"/staff/screening/locked/{photo.pk}/").content.decode()

        assert "List national (baseline A) has exactly these bytes" in page(digest)
        with patch.object(listing, "_wake") as wake:
            listed(hash_of(by_hash), retract=True)
            import_hashes(name="national", hashes=[md5], by="system", retract=True)
        assert wake.call_count == 2
        assert not reverse.match_fresh()
        assert [finding(photo).codes for photo in both.photos] == [[], ["known:other"]]
        assert [state(photo) for photo in both.photos] == ["locked", "locked"]
        assert [on_none in page(photo) for photo in both.photos] == [True, False]
        at = finding(by_hash).at
        assert not reverse.match_fresh()
        assert finding(by_hash).at == at


@pytest.mark.requirement("S10")
def test_the_sender_is_told_nothing_of_a_match() -> None:
    data = pictures.png(300, 200)
    shown = []
    for matched in (False, True):
        if matched:
            import_hashes(
                name="national",
                hashes=[Hash("md5", hashlib.new("md5", data, usedforsecurity=False).digest())],
                by="system",
            )
        browser = Browser().start()
        photo = browser.marked(data)
        assert state(photo) == ("locked" if matched else "clear")
        pages = [browser.go(name) for name in ("photo_list", "sending_review", "sending_state")]
        sent = browser.send()
        told = [
            *(page.content.decode() for page in pages),
            str(sent.status_code),
            browser.get(sent.url).content.decode(),
        ]
        shown.append([without_what_differs(text) for text in told])
    assert shown[0] == shown[1]


def without_what_differs(text: str) -> str:
    """Without ids, times and one-time values."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9+/_-]{22,}={0,2}|\d\d:\d\d", "~", text)
