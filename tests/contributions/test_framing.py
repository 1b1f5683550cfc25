"""The frame of a print: looked for at intake, answered by the sender, and where the annotator begins."""

from unittest.mock import patch

import pytest

from audit.models import Event
from contributions import actions, intake
from contributions.actions.framing import NotAFrame, keep_found_frame
from contributions.decoder.answer import Refused
from contributions.frames import WHOLE
from contributions.models import Photo, Step
from contributions.transitions import PhotoState, TransitionNotAllowed
from tests.annotation.asking import take
from tests.cast import Casting
from tests.contributions.giver import Giver
from tests.contributions.giving import Browser
from tests.decoder import prints
from tests.pictures import encoded

pytestmark = pytest.mark.django_db(databases=["default", "identity"], transaction=True)

FRAME = [0.1, 0.1, 0.9, 0.12, 0.88, 0.9, 0.1, 0.9]
DENTED = [0.1, 0.1, 0.9, 0.1, 0.3, 0.3, 0.1, 0.9]


def a_print() -> tuple[bytes, list[float]]:
    """A scan of a print with a white border, and where its picture lies."""
    picture, truth = prints.CASES["white"](prints.source("astronaut.png"), 0)
    return encoded(picture, "JPEG", quality=90), truth


def in_words(corners: list[float]) -> str:
    return ",".join(map(str, corners))


def framed() -> int:
    return Event.objects.filter(action="photo:framed").count()


def test_the_frame_is_found_on_the_way_in_and_offered_and_a_second_delivery_changes_nothing() -> None:
    data, truth = a_print()
    browser = Browser().start()
    photo = browser.chosen(data)
    assert prints.overlap(photo.found_frame, truth) > 0.97
    assert photo.frame is None
    intake.find_border(photo.pk)
    assert Photo.objects.get(pk=photo.pk).found_frame == photo.found_frame
    told = browser.go("sending_state", json=True).json()["photos"][0]
    assert told["found_frame"] == photo.found_frame
    assert told["frame_url"].endswith("/frame/")


def test_an_ordinary_photo_has_no_frame() -> None:
    photo = Giver().drafts().photos[0]
    assert (photo.found_frame, photo.frame) == (None, None)


@pytest.mark.parametrize("failure", [Refused("too_expensive"), Refused("decoder_unavailable"), OSError("gone")])
def test_no_failure_of_the_search_stops_a_photo(failure: Exception) -> None:
    photo = Giver().drafts(rebuilt=False).photos[0]
    with patch("contributions.intake.client.find_frame", side_effect=failure):
        actions.run(photo_id=photo.pk)
    photo.refresh_from_db()
    assert (photo.state, photo.found_frame) == (PhotoState.READY, None)
    assert not photo.steps.filter(done_at__isnull=True).exists()


def test_a_photo_that_was_refused_or_removed_meanwhile_is_left_alone() -> None:
    giver = Giver().drafts(0)
    refused = giver.adds(b"no picture", rebuilt=False)
    actions.run(photo_id=refused.pk)
    removed = giver.adds(a_print()[0], number=2)
    actions.remove_photo(photo=removed)
    Photo.objects.filter(pk=removed.pk).update(found_frame=None)
    for photo in (refused, removed):
        intake.find_border(photo.pk)
        keep_found_frame(photo_id=photo.pk, found=FRAME)
        assert Photo.objects.get(pk=photo.pk).found_frame is None


def test_every_new_photo_is_looked_at_after_it_was_rebuilt_and_before_it_is_screened() -> None:
    photo = Giver().drafts(rebuilt=False).photos[0]
    names = list(photo.steps.filter(phase=Step.Phase.INTAKE).order_by("position").values_list("name", flat=True))
    assert names.index("contributions.intake.rebuild") < names.index("contributions.intake.find_border")
    assert names.index("contributions.intake.find_border") < names.index("screening.intake.match_known")


def test_the_sender_sets_a_frame_and_the_log_holds_no_corner() -> None:
    browser = Browser().start()
    photo = browser.chosen()
    answer = browser.go("photo_frame", photo.pk, fields={"corners": in_words(FRAME)}, json=True)
    assert answer.json() == {"frame": FRAME}
    browser.go("photo_frame", photo.pk, fields={"corners": in_words(FRAME)}, json=True)
    assert Photo.objects.get(pk=photo.pk).frame == FRAME
    assert framed() == 1
    assert "0.12" not in str(Event.objects.get(action="photo:framed").data)


def test_keeping_all_is_remembered_as_an_answer() -> None:
    browser = Browser().start()
    photo = browser.chosen()
    assert browser.go("photo_frame", photo.pk, fields={"corners": ""}, json=True).json() == {"frame": list(WHOLE)}
    assert Photo.objects.get(pk=photo.pk).frame == list(WHOLE)


@pytest.mark.parametrize(
    "corners",
    [
        in_words(DENTED),
        in_words([-0.1, *FRAME[1:]]),
        in_words([0.4, 0.4, 0.6, 0.4, 0.6, 0.6, 0.4, 0.6]),
        in_words(FRAME[:6]),
        "nan," * 7 + "nan",
        "corner",
    ],
)
def test_what_is_no_frame_is_refused_in_words(corners: str) -> None:
    browser = Browser().start()
    photo = browser.chosen()
    answer = browser.go("photo_frame", photo.pk, fields={"corners": corners}, json=True)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("This frame cannot be used.")
    assert (Photo.objects.get(pk=photo.pk).frame, framed()) == (None, 0)


def test_nobody_else_s_photo_and_none_that_was_sent_gets_a_frame() -> None:
    browser = Browser().start()
    photo = browser.marked()
    assert Browser().start().go("photo_frame", photo.pk, fields={"corners": ""}).status_code == 404
    assert browser.go("photo_frame", photo.pk, json=True).status_code == 405
    browser.send()
    assert browser.go("photo_frame", photo.pk, fields={"corners": ""}, json=True).status_code == 409
    with pytest.raises(TransitionNotAllowed):
        actions.frame_photo(photo=photo, corners=FRAME)
    with pytest.raises(NotAFrame):
        actions.frame_photo(photo=photo, corners=DENTED)
    assert Photo.objects.get(pk=photo.pk).frame is None


@pytest.mark.requirement("A4")
@pytest.mark.parametrize(("corners", "frame"), [(FRAME, FRAME), (None, None)], ids=["framed", "kept whole"])
def test_the_annotator_begins_with_the_giver_s_frame(
    staff: Casting, corners: list[float] | None, frame: list[float] | None
) -> None:
    giver = Giver().drafts()
    actions.frame_photo(photo=giver.photos[0], corners=corners)
    giver.sends().answers("research", "sharing", "illustration")
    assert take(staff("annotator").client)["frame"] == frame
