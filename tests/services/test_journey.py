"""The main job, end to end, over PostgreSQL, RabbitMQ, an S3 server and nginx, with staff who have second factors."""

import json
from collections.abc import Callable, Iterator
from http.client import GONE
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journey import test_journey as way
from tests.journey.conftest import Stack as Where
from tests.journey.places import forms_of
from tests.journey.test_journey import Visitor, eventually
from tests.services.stack import BUCKET, LOG_BUCKET, Stack
from tests.services.staff import enrol, sign_in

Coming = Callable[..., Visitor]


@pytest.fixture
def visitor(browser: Browser, stack: Stack) -> Iterator[Coming]:
    made: list[Visitor] = []
    where = Where(stack.site, stack.inbox, {}, stack.processes.folder)

    def make(*, phone: bool = False) -> Visitor:
        size = (390, 844) if phone else (1280, 800)
        made.append(Visitor(browser, where, *size, ignore_https_errors=True))
        return made[-1]

    yield make
    for each in made:
        each.context.close()
        assert each.faults == []


def files(stack: Stack) -> Iterator[Path]:
    """Everything that the site and its engines wrote, but the mailbox."""
    for root in (stack.processes.folder, stack.on.folder, stack.on.postgres.home, stack.nginx.folder):
        for path in root.rglob("*"):
            if path.is_file() and (stack.processes.folder / "mail") not in path.parents:
                yield path


@pytest.mark.requirement("C1", "K2", "D4", "D7", "I1", "I5")
def test_the_whole_way_of_three_photos(
    visitor: Coming, stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The recipients' program trusts this proxy's certificate alone.
    monkeypatch.setenv("SSL_CERT_FILE", str(stack.nginx.certificate))
    secrets, seen = enrol(stack), set[str]()

    def staff(name: str) -> Visitor:
        return sign_in(visitor(), name, secrets[name])

    giver = visitor(phone=True)
    way.give_three(giver)
    way.agree(giver, seen)
    way.read_all(staff("annotator"))
    first, second = staff("curator"), staff("second-curator")
    way.release(first, second, "2 photos would be in")
    recipient = way.enter_recipient(first, second)
    researcher = visitor()
    before = way.receive(researcher, way.deliver(second, recipient, seen), tmp_path / "first")
    assert len(before) == 2

    way.withdraw_first(giver, seen)
    eventually(lambda: way.fetched(researcher, way.SHARD) == GONE, "the file with the photo to be closed")
    way.release(first, second, "1 photo would be in")
    after = way.receive(researcher, way.deliver(second, recipient, seen), tmp_path / "second")
    assert after < before
    (told,) = researcher.context.request.get(f"{stack.site}/withdrawals.json").json()["notices"]
    assert set(json.loads(told["notice"])["ids"]) == before - after
    way.audit(staff("auditor"))

    words = list(forms_of(way.ADDRESS).values())
    assert [path for path in files(stack) if any(word in path.read_bytes() for word in words)] == []
    client = stack.on.swift.client()
    assert {each["Key"] for each in client.list_objects_v2(Bucket=LOG_BUCKET)["Contents"]} >= {"checkpoint"}
    assert client.list_objects_v2(Bucket=BUCKET)["KeyCount"] > len(before)
    assert not list((stack.processes.folder / f"objects-{stack.on.host.address}").rglob("??/*"))
    said = stack.processes.manage("fsck", "--deep", check=False)
    assert said.returncode == 0, said.stdout
