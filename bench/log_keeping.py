"""What the log's keeper and a refilling cost at full size."""

import subprocess
import sys
from collections.abc import Callable

import psycopg
from django.db import connections

from audit import actions
from bench import log_server
from bench.bars import Bars
from bench.measured import measured
from deploy.local import testenv
from deploy.local.state import CHECKOUT

LOST = 100_000
CUT_OFF = """
    SET session_replication_role = replica;
    DELETE FROM audit.mention WHERE index >= {size};
    DELETE FROM audit.event WHERE index >= {size};
    UPDATE audit.head SET size = {size};
    UPDATE audit.head SET (chain, at) = (SELECT chain, at FROM audit.event WHERE index = {size} - 1)"""


def report(superuser: str, count: int, server: int, bars: Bars) -> None:
    """Print and keep each; raises SystemExit when the keeper does not find the log whole, or it is not refilled."""
    print(f"the log's keeper at {count:,} entries")
    for name, full in (("first copies, signed", False), ("hourly look, all copies read", True), ("idle round", False)):
        connections.close_all()
        cost = measured(_round(full=full), server=server)
        bars.note(f"the keeper's {name}", cost.wall, "s")
        print(f"  {name:<30}{cost}")
    lost = min(LOST, count // 2)
    connections.close_all()
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(CUT_OFF.format(size=count - lost).encode())
    cost = measured(restored, server=server)
    bars.note("restored, a tenth to a half of it", cost.wall, "s")
    print(f"  {f'restore_log, {lost:,} were lost':<30}{cost}")


def _round(*, full: bool) -> Callable[[], None]:
    def work() -> None:
        said = actions.keep(full=full)
        if not said.whole:
            raise SystemExit(f"the keeper found: {said}")

    return work


def restored() -> None:
    """The command that an operator runs, with the owner's address."""
    command = [sys.executable, "manage.py", "restore_log"]
    environment = testenv.owner_environment(log_server.NAMES)
    subprocess.run(command, cwd=CHECKOUT, env=environment, check=True, stdout=subprocess.DEVNULL)
