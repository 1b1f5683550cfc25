"""What a link hands out: each byte is asked for anew and logged before it goes out, and none goes out after the end."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from inspect import signature
from uuid import uuid4

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from pytest_django import Settings

from audit.models import Event
from contributions.models import Photo
from releases import actions
from releases.models import Delivery, Download, Recipient, Release
from releases.queries import files_of, missing_by_log
from releases.views import fetching
from screening import queries as screening
from tests import pictures
from tests.builders import Given, given, read
from tests.releases.curators import Curators, taken_back
from tests.releases.receiving import Program, asked, handed_out, opened

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
TABLE, PAPER = "data/annotations.json", "README.md"
ELSEWHERE = ("../manage.py", "%2e%2e/manage.py", "data/../README.md", "//etc/passwd", "data/shards/", "README.md%00")


@pytest.fixture
def two(curators: Curators, settings: Settings) -> Given:
    """Two photos, of which each will have a shard of its own."""
    settings.RELEASE_SHARD_PHOTOS = 1
    made = given(pictures.png(320, 240), pictures.png(322, 240)).agree()
    read(curators.annotator)
    read(curators.annotator)
    return made


@pytest.fixture
def program(two: Given, curators: Curators) -> Program:
    return handed_out(curators, curators.published())


def shard_with(release: Release, photo: Photo) -> str:
    item = release.items.get(public_id__photo=photo)
    (file,) = [file for file in files_of(release) if file.shard_id == item.shard_id]
    return file.path


@pytest.mark.requirement("D9")
def test_every_file_comes_with_its_digest_stands_in_the_log_and_is_not_kept(program: Program) -> None:
    listed = program.get().json()["files"]
    assert {one["path"] for one in listed} >= {"data/shards/000000.tar", "data/shards/000001.tar", TABLE, PAPER}
    for one in listed:
        answer = program.get(one["path"])
        assert (len(answer.body), sha256(answer.body).hexdigest()) == (one["size"], one["sha256"])
        assert answer.headers["ETag"] == f'"{one["sha256"]}"'
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert "Set-Cookie" not in answer.headers
    logged = Event.objects.filter(action="delivery:fetched")
    assert {entry.data["download"] for entry in logged} == {str(one.pk) for one in Download.objects.all()}
    assert {entry.actor for entry in logged} == {f"recipient:{program.delivery.recipient_id}"}
    assert logged.count() == len(listed)
    assert list(missing_by_log()) == []
    Download.objects.all().delete()
    assert len(list(missing_by_log())) == len(listed)


@pytest.mark.requirement("D9")
def test_a_download_goes_on_where_it_stopped(program: Program) -> None:
    file = next(file for file in files_of(program.delivery.release) if file.shard_id)
    whole, start, stop = program.get(file.path).body, file.size // 3, file.size // 2
    part = program.get(file.path, Range=f"bytes={start}-{stop - 1}")
    assert (part.status, part.body) == (206, whole[start:stop])
    assert part.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{file.size}"
    assert program.get(file.path, Range=f"bytes={stop}-").body == whole[stop:]
    assert program.get(file.path, **{"Range": f"bytes={stop}-", "If-Range": '"another"'}).body == whole
    behind = program.get(file.path, Range=f"bytes={file.size}-")
    assert (behind.status, behind.headers["Content-Range"]) == (416, f"bytes */{file.size}")
    head = program.client.head(f"/dataset/files/{file.path}", headers=program.token)
    assert (head.status_code, int(head["Content-Length"])) == (200, file.size)
    assert sorted(Download.objects.values_list("start", flat=True)) == [0, 0, start, stop]


@pytest.mark.requirement("D8")
def test_a_shard_is_closed_while_its_photo_is_stopped_and_for_good_once_it_is_withdrawn(
    program: Program, two: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, stays = (shard_with(program.delivery.release, photo) for photo in two.photos)
    servable = screening.servable

    def but_one() -> QuerySet[Photo]:
        return servable().exclude(pk=two.photos[0].pk)

    monkeypatch.setattr(screening, "servable", but_one)
    assert [program.get(one).status for one in (gone, TABLE)] == [410, 410]
    assert not Download.objects.exists()
    closed = {one["path"] for one in program.get().json()["files"] if one["closed"]}
    assert closed & {gone, stays} == {gone}
    monkeypatch.undo()
    assert [program.get(one).status for one in (gone, TABLE)] == [200, 200]
    two.withdraw(two.photos[0])
    asked_for = {path: program.get(path).status for path in (gone, stays, TABLE, PAPER)}
    assert asked_for == {gone: 410, stays: 200, TABLE: 410, PAPER: 200}
    reasons = {one["path"]: one["closed"] for one in program.get().json()["files"]}
    assert [reasons[path] for path in (gone, stays, TABLE, PAPER)] == ["withdrawn", "", "withdrawn", ""]


def end_link(program: Program, curators: Curators) -> None:
    actions.end_delivery(delivery_id=program.delivery.pk, staff_id=curators.second)


def end_recipient(program: Program, curators: Curators) -> None:
    actions.end_recipient(recipient_id=program.delivery.recipient_id, staff_id=curators.second)


def end_agreement(program: Program, _curators: Curators) -> None:
    yesterday = timezone.now().date() - timedelta(days=1)
    Recipient.objects.filter(pk=program.delivery.recipient_id).update(agreement_until=yesterday)


def expire(program: Program, _curators: Curators) -> None:
    Delivery.objects.filter(pk=program.delivery.pk).update(expires_at=timezone.now())


ENDS: dict[Callable[[Program, Curators], None], int] = {
    # Who may not fetch any more can still report on the page, until a curator ended it.
    end_link: 403,
    end_recipient: 403,
    end_agreement: 200,
    expire: 200,
}


@pytest.mark.requirement("D9")
def test_after_the_end_nothing_is_handed_out_to_a_program_or_a_browser(program: Program, curators: Curators) -> None:
    for end, page in ENDS.items():
        other = handed_out(curators, program.delivery.release)
        browser = opened(other)
        assert [other.get(PAPER).status, asked(browser, PAPER).status] == [200, 200], end
        end(other, curators)
        before = Download.objects.count()
        for path in ("", PAPER, TABLE, "data/shards/000000.tar"):
            assert [other.get(path).status, asked(browser, path).status] == [403, 403], end
        assert Download.objects.count() == before
        assert browser.get("/dataset/").status_code == page, end


def hold(_program: Program, _curators: Curators, two: Given, patched: pytest.MonkeyPatch) -> None:
    """Screening lets one photo through no more, and nothing is destroyed."""
    servable = screening.servable
    patched.setattr(screening, "servable", lambda: servable().exclude(pk=two.photos[0].pk))


def supersede(_program: Program, curators: Curators, _two: Given, _patched: pytest.MonkeyPatch) -> None:
    """A newer release takes its place, and shares its shards."""
    curators.published()


def agree_no_more(_program: Program, _curators: Curators, two: Given, _patched: pytest.MonkeyPatch) -> None:
    """Taken back, and no worker has carried it out."""
    two.withdraw(two.photos[0])


@pytest.mark.requirement("D8")
def test_what_is_on_its_way_is_cut_by_whatever_would_refuse_it_now(
    program: Program, two: Given, curators: Curators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("releases.actions.fetching.ASKED_EVERY", 1)
    monkeypatch.setattr("vault.actions.open_object", lambda _sealed, _start: iter([b"one", b"two", b"new"]))
    release, (leaves, stays) = program.delivery.release, two.photos
    stops: dict[Callable[..., None], Photo] = dict.fromkeys(
        (end_link, end_recipient, end_agreement, expire, hold, agree_no_more), leaves
    )
    # Last, as nothing of this release can be fetched afterwards.
    stops[supersede] = stays
    for stop, photo in stops.items():
        other = handed_out(curators, release)
        data = actions.fetch(delivery_id=other.delivery.pk, path=shard_with(release, photo), start=0, stop=9)
        assert [next(data), next(data)] == [b"one", b"two"], stop
        with monkeypatch.context() as patched:
            stop(*(other, curators, two, patched)[: len(signature(stop).parameters)])
            with pytest.raises(ConnectionAbortedError):
                next(data)


@pytest.mark.requirement("D9")
def test_what_is_on_its_way_is_cut_by_a_retraction_though_a_newer_release_shares_the_shard(
    program: Program, two: Given, curators: Curators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("releases.actions.fetching.ASKED_EVERY", 1)
    monkeypatch.setattr("vault.actions.open_object", lambda _sealed, _start: iter([b"one", b"two"]))
    release, shard = program.delivery.release, shard_with(program.delivery.release, two.photos[0])
    photos, paper = (
        actions.fetch(delivery_id=program.delivery.pk, path=path, start=0, stop=6) for path in (shard, PAPER)
    )
    assert next(photos) == next(paper) == b"one"
    newer = curators.published()
    assert {file.shard_id for file in files_of(newer)} >= {item.shard_id for item in release.items.all()}
    actions.ask_retraction(release_id=release.pk, reason="Told wrong.", staff_id=curators.first)
    taken_back(release, by=curators.second)
    with pytest.raises(ConnectionAbortedError):
        next(photos)
    assert next(paper) == b"two"


def test_a_path_is_a_name_in_the_release_and_of_a_superseded_one_only_papers_are_read(
    program: Program, curators: Curators
) -> None:
    assert {path: program.get(path).status for path in ELSEWHERE} == dict.fromkeys(ELSEWHERE, 404)
    curators.published()
    statuses = [program.get(path).status for path in (TABLE, "data/shards/000000.tar", PAPER)]
    assert statuses == [410, 410, 200]


def test_when_many_fetch_at_once_the_others_wait_and_no_link_or_recipient_takes_all_turns(
    program: Program, curators: Curators, monkeypatch: pytest.MonkeyPatch
) -> None:
    others_wait_and_a_refused_one_takes_no_turn(program, monkeypatch)
    one_recipient_takes_not_all_turns(program, curators)
    one_link_does_not_fill_the_log(program, monkeypatch)


def others_wait_and_a_refused_one_takes_no_turn(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = [fetching.Sending(uuid4(), lambda: iter([b""])) for _ in range(3)]
    answer = program.get(TABLE)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert not Download.objects.exists()
    for turn in turns:
        turn.close()
        turn.close()

    def refuse(**_asked: object) -> None:
        raise actions.NotHandedOut("ended")

    with monkeypatch.context() as patched:
        patched.setattr(actions, "fetch", refuse)
        assert [program.get(TABLE).status for _ in range(5)] == [403] * 5
    assert program.get(TABLE).status == 200


def one_recipient_takes_not_all_turns(program: Program, curators: Curators) -> None:
    mine = program.delivery.recipient_id
    turns = [fetching.Sending(mine, lambda: iter([b""])) for _ in range(2)]
    with pytest.raises(fetching.NoTurn):
        fetching.Sending(mine, lambda: iter([b""]))
    statuses = [program.get(TABLE).status, handed_out(curators, program.delivery.release).get(TABLE).status]
    assert statuses == [503, 200]
    for turn in turns:
        turn.close()
    assert program.get(TABLE).status == 200


def one_link_does_not_fill_the_log(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("releases.actions.fetching.MOST_AN_HOUR", 2)
    Download.objects.update(at=timezone.now() - timedelta(hours=2))
    assert [program.get(PAPER, Range=f"bytes={at}-{at}").status for at in range(3)] == [206, 206, 429]
    Download.objects.update(at=timezone.now() - timedelta(hours=2))
    assert program.get(PAPER).status == 200


def test_what_asks_about_all_photos_is_counted_before_it_is_asked(
    program: Program, two: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = opened(program)
    two.withdraw(two.photos[0])
    monkeypatch.setattr("releases.views.holders.REQUESTS", 40)
    head = program.client.head(f"/dataset/files/{TABLE}", headers=program.token).status_code
    assert [program.get().status, program.get(TABLE).status, head, browser.get("/dataset/").status_code] == [
        *(200, 410, 410, 200)
    ]
    monkeypatch.setattr("releases.queries.offering._allowed", None)
    head = program.client.head(f"/dataset/files/{TABLE}", headers=program.token).status_code
    assert [program.get().status, program.get(TABLE).status, head, browser.get("/dataset/").status_code] == [429] * 4
