"""Holders of releases are told what to delete: several photos together, signed, each notice behind the one before."""

import json
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Event, Refill
from contributions import actions as contributions
from releases import actions, queries, tasks
from releases.actions import ReleaseNotPossible
from releases.models import Audience, Item, PublicId, Release, WithdrawalNotice
from releases.standalone.mpm_release import Copy, read_feed
from tests import pictures
from tests.builders import Given, given, read
from tests.consent.notices import published as consented
from tests.releases.curators import Curators, taken_back, unpacked
from vault.queries import verify_key_pem

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
OWN = Audience.OWN


@pytest.fixture
def three(curators: Curators) -> Given:
    made = given(*(pictures.png(320 + 2 * place, 240) for place in range(3))).agree("sharing")
    for _photo in made.photos:
        read(curators.annotator)
    return made


def ids_of(made: Given, *places: int) -> list[str]:
    photos = [made.photos[place].pk for place in places]
    return sorted(
        str(one) for one in PublicId.objects.filter(audience=OWN, photo__in=photos).values_list("pk", flat=True)
    )


def told() -> list[dict[str, Any]]:
    """The notices of the feed, each held against its signature."""
    answer = Client().get("/withdrawals.json")
    key = load_pem_public_key(verify_key_pem().encode())
    assert isinstance(key, Ed25519PublicKey)
    found = json.loads(answer.content)["notices"]
    for one in found:
        key.verify(b64decode(one["signature"]), one["notice"].encode())
    return [json.loads(one["notice"]) for one in found]


def statuses() -> list[dict[str, Any]]:
    return [json.loads(one["status"]) for one in json.loads(Client().get("/withdrawals.json").content)["status"]]


@pytest.mark.requirement("D10")
def test_the_feed_says_of_each_version_whether_another_took_its_place_or_it_was_taken_back(
    three: Given, curators: Curators, settings: Settings
) -> None:
    older = curators.published()
    day, until = (timezone.now() + timedelta(days=days) for days in (0, settings.REFRESH_DAYS))
    first = {"number": 1, "state": "published", "day": day.date().isoformat()}
    said = {"audience": "own", "notices": 0, "releases": [first], "site": settings.SITE_URL}
    assert statuses() == [said]
    three.withdraw(three.photos[0])
    newer = curators.published()
    first |= {"state": "superseded", "until": until.date().isoformat()}
    second = {**first, "number": 2, "state": "published"}
    del second["until"]
    assert statuses() == [{**said, "notices": 1, "releases": [first, second]}]
    actions.ask_retraction(release_id=newer.pk, reason="Some ages are wrong.", staff_id=curators.first)
    # What one curator asks for is nothing yet.
    assert statuses()[0]["releases"][1] == second
    taken_back(newer, by=curators.second)
    second |= {"state": "retracted", "reason": "Some ages are wrong."}
    assert statuses()[0]["releases"] == [first, second]
    the_program_reads_it(older)


def the_program_reads_it(release: Release) -> None:
    files = unpacked(release)
    key = load_pem_public_key(files["public-key.pem"])
    assert isinstance(key, Ed25519PublicKey)
    copy = Copy(Path(), json.loads(files["manifest.json"]), "", key, {}, {})
    read = read_feed(copy, Client().get("/withdrawals.json").content)
    assert (read.here["state"], read.newest, read.number) == ("superseded", None, 1)


def announced() -> list[WithdrawalNotice]:
    try:
        return actions.announce_due()
    finally:
        connections.close_all()


@pytest.mark.requirement("D7")
def test_a_withdrawn_photo_is_told_by_its_public_id_in_a_signed_and_logged_notice(
    three: Given, curators: Curators, settings: Settings
) -> None:
    curators.published()
    ids = ids_of(three, 0)
    empty = Client().get("/withdrawals.json")
    assert (json.loads(empty.content)["notices"], empty["Content-Type"]) == ([], "application/json")
    three.withdraw(three.photos[0])
    (notice,) = actions.announce_due()
    (said,) = told()
    assert said == {
        "audience": "own",
        "number": 1,
        "at": notice.at.isoformat(timespec="seconds"),
        "ids": ids,
        "previous": "",
        "site": settings.SITE_URL,
    }
    event = Event.objects.get(action="withdrawals:announced")
    digest = sha256(notice.text.encode()).hexdigest()
    assert event.data == {"audience": "own", "number": 1, "photos": 1, "sha256": digest}
    is_kept_by_caches_until_there_is_news(empty)
    three.withdraw(three.photos[1])
    actions.announce_due()
    assert told()[1]["previous"] == digest
    assert actions.announce(audience=OWN) is None
    assert list(queries.missing_by_log()) == []
    WithdrawalNotice.objects.filter(number=2).update(text="{}")
    assert list(queries.missing_by_log()) == ["notice_unknown own:2"]


def is_kept_by_caches_until_there_is_news(before: Any) -> None:
    assert before["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in before.headers
    assert "Cookie" not in before.get("Vary", "")
    now = Client().get("/withdrawals.json", headers={"If-None-Match": before["ETag"]})
    assert now.status_code == HTTPStatus.OK
    # Anybody may ask: what stands is written once, and who has it costs no walk over the notices.
    with patch("releases.queries.feed.b64encode", side_effect=AssertionError):
        assert Client().get("/withdrawals.json").content == now.content
        same = Client().get("/withdrawals.json", headers={"If-None-Match": now["ETag"]})
    assert (same.status_code, same.content) == (HTTPStatus.NOT_MODIFIED, b"")


@pytest.mark.requirement("D8")
def test_photos_are_told_several_together_and_a_version_waits_for_that(
    three: Given, curators: Curators, settings: Settings
) -> None:
    settings.WITHDRAWAL_BATCH = 2
    curators.published()
    three.withdraw(three.photos[0])
    assert actions.announce_due() == []
    release = curators.built()
    with pytest.raises(ReleaseNotPossible, match="small_batch"):
        actions.publish(release_id=release.pk, staff_id=curators.first)
    three.withdraw(three.photos[2])
    with ThreadPoolExecutor(3) as pool:
        assert len([notices for notices in pool.map(lambda _: announced(), range(3)) if notices]) == 1
    assert [one["ids"] for one in told()] == [ids_of(three, 0, 2)]
    assert queries.waiting_withdrawals(OWN).count == 0


@pytest.mark.requirement("D8")
def test_one_that_has_waited_long_enough_is_told_alone_by_the_next_version(
    three: Given, curators: Curators, settings: Settings
) -> None:
    settings.WITHDRAWAL_BATCH = 2
    curators.published()
    three.withdraw(three.photos[0])
    release = curators.built()
    long_ago = timezone.now() - timedelta(days=settings.WITHDRAWAL_WAIT_DAYS)
    Release.objects.filter(published_at__isnull=False).update(built_at=long_ago - timedelta(days=1))
    Item.objects.filter(dropped_at__isnull=False).update(dropped_at=long_ago)
    actions.publish(release_id=release.pk, staff_id=curators.first)
    assert [one["ids"] for one in told()] == [ids_of(three, 0)]


def test_what_nobody_was_handed_or_what_came_back_is_told_to_nobody(three: Given, curators: Curators) -> None:
    """Whoever thinks better of a withdrawal within the time allowed stands in the next version."""
    release = curators.built()
    three.withdraw(three.photos[0])
    assert not queries.waiting_withdrawals(OWN).count
    assert queries.publishable_from(release) is None
    assert actions.announce(audience=OWN) is None
    tasks.build_now(release.pk)
    actions.publish(release_id=release.pk, staff_id=curators.first)
    assert not queries.waiting_withdrawals(OWN).count
    Item.objects.filter(public_id__photo=three.photos[1]).update(dropped_at=timezone.now())
    assert queries.waiting_withdrawals(OWN).count == 1
    curators.frozen()
    assert queries.waiting_withdrawals(OWN).count == 0


@pytest.mark.requirement("D7")
def test_holders_are_told_of_a_photo_that_may_not_be_shared_any_more(three: Given, curators: Curators) -> None:
    """It is not withdrawn: our own research goes on with it."""
    for audience in (OWN, Audience.PARTNERS):
        curators.published(audience=audience)
    assert actions.drop_uncovered() == 0
    three.sending.refresh_from_db()
    participant = three.sending.participant
    assert participant is not None
    photos = [three.photos[0].pk]
    contributions.change(
        participant=participant, photos=photos, choices={"sharing": False}, notice=consented(), decision=uuid4()
    )
    three.work()
    # After a restore consents are older than what people said since, until the log is replayed.
    refill = Refill.objects.create(first=0, size=1)
    assert actions.drop_uncovered() == 0
    refill.delete()
    tasks.announce()
    (said,) = told()
    assert (said["audience"], len(said["ids"])) == ("partners", 1)
    assert PublicId.objects.get(pk=said["ids"][0]).photo_id == photos[0]
    closed = {
        release.audience: [file.path for file in queries.files_of(release) if not file.sealed_id]
        for release in Release.objects.all()
    }
    assert closed["own"] == []
    assert "data/shards/000000.tar" in closed["partners"]


@pytest.mark.requirement("D7")
def test_a_scope_that_only_the_older_version_asks_for_leaves_the_newer_one_whole(
    three: Given, curators: Curators
) -> None:
    older = curators.published(scopes=frozenset({"sharing"}))
    newer = curators.built()
    shard = "data/shards/000000.tar"
    assert [file.sha256 for file in queries.files_of(older) if file.path == shard] == [
        file.sha256 for file in queries.files_of(newer) if file.path == shard
    ]
    three.sending.refresh_from_db()
    assert three.sending.participant is not None
    photos = [three.photos[0].pk]
    contributions.change(
        participant=three.sending.participant,
        photos=photos,
        choices={"sharing": False},
        notice=consented(),
        decision=uuid4(),
    )
    three.work()
    tasks.announce()
    # It has to leave the copies of the older one alone: the newer one does not ask for sharing.
    assert [one["ids"] for one in told()] == [ids_of(three, 0)]
    assert all(file.sealed_id for file in queries.files_of(newer))
    assert {offer.file.path: offer.closed for offer in queries.offers(older)}[shard] == "withdrawn"
    newer = actions.publish(release_id=newer.pk, staff_id=curators.first)
    assert {offer.closed for offer in queries.offers(newer)} == {""}


def test_a_release_in_the_making_keeps_no_shard_with_a_photo_that_it_lost(three: Given, curators: Curators) -> None:
    curators.published()
    release = curators.built(scopes=frozenset({"sharing"}))
    before = {item.shard_id for item in release.items.all()}
    three.sending.refresh_from_db()
    assert three.sending.participant is not None
    photos = [three.photos[0].pk]
    contributions.change(
        participant=three.sending.participant,
        photos=photos,
        choices={"sharing": False},
        notice=consented(),
        decision=uuid4(),
    )
    three.work()
    tasks.announce()
    tasks.sweep()
    release.refresh_from_db()
    assert release.state == "built"
    assert {item.shard_id for item in release.items.filter(dropped_at=None)}.isdisjoint(before)
    assert ids_of(three, 0)[0].encode() not in b"".join(
        data for path, data in unpacked(release).items() if path.startswith("data/")
    )
