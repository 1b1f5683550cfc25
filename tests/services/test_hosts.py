"""Web, workers and engines on hosts of their own: one that is lost, or cut from the others, takes nothing with it."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from releases.standalone import mpm_release
from tests.services.cluster import SHARD_PHOTOS, Cluster, cluster
from tests.services.givers import Givers
from tests.services.hosts import ADDRESSES, ONE, TWO, WEB
from tests.services.rabbitmq import PROGRAMS
from tests.services.waiting import told_twice, until
from tests.soak import seconds, write_down

# The tests speak to nobody else, as everywhere: these hosts are namespaces on this machine.
pytestmark = pytest.mark.allow_hosts([ADDRESSES])

GIVERS = 4
CUT_SECONDS = 5
ROUND_SECONDS = 40
SLOW = "3mbit"
OPEN_STEPS = "SELECT count(*) FROM contributions_step WHERE done_at IS NULL"
PARKED = "SELECT count(*) FROM contributions_step WHERE parked_at IS NOT NULL"
COUNTED = "SELECT count(*) FROM contributions_photo"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The site on its hosts."""
    if not PROGRAMS.exists():
        pytest.skip("Install the engines: sh deploy/services/install.sh")
    with cluster(tmp_path_factory.mktemp("hosts")) as found:
        yield found


@pytest.mark.requirement("R1", "R3")
def test_hosts_that_fail_in_the_middle_of_intake_and_of_a_release_lose_and_double_nothing(
    site: Cluster, tmp_path: Path
) -> None:
    take_in(site, rounds=1)
    agree(site)
    release(site, tmp_path)


@pytest.mark.soak
@pytest.mark.requirement("R1", "R3")
def test_hosts_that_fail_again_and_again_lose_and_double_nothing(site: Cluster, tmp_path: Path) -> None:
    taken = take_in(site, rounds=max(1, int(seconds() / ROUND_SECONDS)))
    agree(site)
    write_down("hosts lost and cut", f"{taken}; {release(site, tmp_path)}; 0 lost, 0 doubled")


@pytest.mark.soak
@pytest.mark.requirement("R6")
def test_web_and_workers_restarted_in_turn_show_givers_no_error(site: Cluster) -> None:
    givers, before = some(site), site.one(COUNTED)
    with givers.at_work():
        for old, new in (site.ports, site.ports[::-1]):
            site.serve(new)
            site.wait_for(new)
            givers.let(GIVERS)
            site.turn_to(new)
            givers.let(GIVERS)
            site.webs[old].stop()
        for host in (ONE, TWO):
            givers.let(GIVERS)
            for (place, _queue), worker in site.workers.items():
                if place == host:
                    worker.ask_to_stop()
            site.work(host)
    assert givers.failed == Counter()
    check_taken_in(site, givers, before=before)


# -- What happens ------------------------------------------------------------------------------------------------------


def take_in(site: Cluster, *, rounds: int) -> str:
    """Photos come in while one host is lost for good and the others fail in turn; what was reached."""
    givers, network, before = some(site), site.network, site.one(COUNTED)
    with givers.at_work():
        # Whoever holds a photo's lock as its host is lost never gives it back.
        in_the_middle(site, givers, ONE)
        site.lose(ONE)
        for _ in range(rounds):
            in_the_middle(site, givers, TWO)
            site.workers[TWO, "images"].kill()
            site.work(TWO, "images")
            givers.let(GIVERS)
            with network.without(WEB):
                givers.let(GIVERS)
                time.sleep(CUT_SECONDS)
            givers.let(GIVERS)
            site.restart_broker(after=1)
            in_the_middle(site, givers, TWO)
            with network.without(TWO):
                givers.let(GIVERS)
                time.sleep(CUT_SECONDS)
    # The host that was lost is not needed for what it had in hand.
    check_taken_in(site, givers, before=before)
    site.find_again(ONE)
    failed = ", ".join(f"{times} x {what}" for what, times in givers.failed.most_common())
    return f"{len(givers.acknowledged)} photos, tries that failed: {failed or 'none'}"


def some(site: Cluster) -> Givers:
    """Some givers who have come to where photos are chosen."""
    return Givers(site.nginx, [f"giver {number}" for number in range(GIVERS)])


def in_the_middle(site: Cluster, givers: Givers, host: str) -> None:
    """Have photos sent until a worker of this host is at one."""
    last = time.monotonic() + 120
    while not site.has_in_hand(host):
        if not givers.under_way and not site.one(OPEN_STEPS):
            givers.let(GIVERS)
        assert time.monotonic() < last, f"host {host} takes nothing up"


def agree(site: Cluster) -> None:
    """Every sending is marked, sent and agreed to; each giver has one mail with the link, and one receipt."""
    addresses = site.by_hand("send()")
    until(lambda: len(site.mails()) >= len(addresses), "the mails with the links")
    assert site.by_hand("agree()") == len(addresses)
    until(lambda: len(site.mails()) >= 2 * len(addresses), "the receipts")
    until(lambda: not site.one(OPEN_STEPS), "the steps after consent")
    told = Counter(message_from_bytes(path.read_bytes())["To"] for path in site.mails())
    assert told == dict.fromkeys(addresses, 2)


def release(site: Cluster, folder: Path) -> str:
    """A release is built while one host is lost for good and the others fail in turn; what was reached."""
    with site.network.slow(ONE, TWO, rate=SLOW):
        made = site.by_hand("freeze()")
        until(lambda: site.has_in_hand(TWO), "host two to be at a shard", every=0)
        site.lose(TWO)
        until(lambda: site.has_in_hand(ONE), "host one to be at a shard", every=0)
        with site.network.without(ONE):
            time.sleep(CUT_SECONDS)
        until(lambda: site.has_in_hand(ONE), "host one to be at a shard again", every=0)
        site.workers[ONE, "releases"].kill()
        site.work(ONE, "releases")
        site.restart_broker(after=1)
        until(lambda: state(site, made) == "built", "the release to be built")
        site.find_again(TWO)
    return check_release(site, made, folder)


# -- What holds --------------------------------------------------------------------------------------------------------


def check_taken_in(site: Cluster, givers: Givers, *, before: int) -> None:
    """Every photo that was acknowledged is there, once, and was taken in once; no other came, after those before."""
    until(lambda: not site.one(OPEN_STEPS), "the photos to be taken in")
    assert site.one(PARKED) == 0
    found = site.rows("SELECT id::text, state FROM contributions_photo WHERE id::text = ANY(%s)", givers.acknowledged)
    assert sorted(row[0] for row in found) == sorted(givers.acknowledged)
    assert {row[1] for row in found} == {"ready"}
    assert site.one(COUNTED) == before + len(found)
    check_agrees(site)


def check_agrees(site: Cluster) -> None:
    """Rows, bytes, keys, log and the two databases agree, once what was given up is swept."""
    assert told_twice(site.on.postgres) == []
    site.site.manage("sweep", "--grace", "0")
    said = site.site.manage("fsck", "--deep", "--grace", "0", check=False)
    assert said.returncode == 0, said.stdout


def check_release(site: Cluster, made: str, folder: Path) -> str:
    """Every photo is in one shard, every shard was written once, and a recipient's program finds all of it good."""
    photos = site.one("SELECT count(*) FROM contributions_photo WHERE state = 'ready'")
    shards = site.rows(
        """SELECT shard.slot, count(*) FROM releases_item item JOIN releases_shard shard ON shard.id = item.shard_id
           WHERE release_id = %s AND built_at IS NOT NULL GROUP BY shard.slot""",
        made,
    )
    assert sum(count for _slot, count in shards) == photos
    assert site.one("SELECT count(*) FROM releases_shard") == len(shards)
    events = site.rows("SELECT action, count(*) FROM audit.event WHERE subject = %s GROUP BY action", made)
    assert dict(events)["release:built"] == 1
    check_agrees(site)
    files = site.by_hand(f"unpack({made!r}, {str(folder)!r})")
    command = [sys.executable, mpm_release.__file__, "verify", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout.startswith("Good: release own"), done.stdout + done.stderr
    return f"{photos} photos in {len(shards)} shards of {SHARD_PHOTOS}, {files} files"


def state(site: Cluster, made: str) -> str:
    """Where the release stands; fails when it was parked."""
    ((found, parked),) = site.rows("SELECT state, parked_at FROM releases_release WHERE id = %s", made)
    assert parked is None
    return str(found)
