"""`make run`: the whole site on one machine, from services to workers, until Ctrl-C."""

import argparse
import errno
import http.client
import json
import os
import shutil
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import NoReturn

from deploy.local import environment, migrations, ports
from deploy.local.environment import IDENTITY, RESEARCH
from deploy.local.ports import NoPortFree
from deploy.local.postgres import Layout, Postgres
from deploy.local.processes import Plan
from deploy.local.progress import Progress, StepFailed, run, say
from deploy.local.services import ServiceFailed
from deploy.local.state import CHECKOUT, State, StateInUse, write_private
from deploy.local.supervisor import GaveUp, Supervisor
from deploy.local.valkey import Valkey
from mpm_site import roles

FIRST_ANSWER_SECONDS = 90
LOOK_SECONDS = 0.2
DISK_FULL = "The disk is full. Make room and run the same command again; what was written whole is kept."


class Asked(BaseException):
    """Somebody asked the run to stop."""


def main() -> int:
    """Run until asked to stop; the exit code."""
    options = _options()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ask)
    try:
        with ExitStack() as stack:
            _run(options, stack)
    except Asked:
        say("Stopped." if options.throw_away else "Stopped. Everything is kept; the same command starts it again.")
        return 0
    except (StateInUse, StepFailed, ServiceFailed, GaveUp, NoPortFree, PermissionError) as failure:
        say(str(failure))
        return 1
    except OSError as failure:
        say(DISK_FULL if failure.errno == errno.ENOSPC else str(failure))
        return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    shell = os.environ
    parser.add_argument("--state", type=Path, default=Path(shell.get("MPM_STATE", CHECKOUT / "var" / "site")))
    parser.add_argument("--port", type=int, default=int(shell.get("MPM_PORT", "8000")), help="0 takes any free port")
    parser.add_argument("--inbox-port", type=int, default=int(shell.get("MPM_INBOX_PORT", "8025")))
    parser.add_argument("--smtp-port", type=int, default=int(shell.get("MPM_SMTP_PORT", "8026")))
    parser.add_argument("--ready-file", type=Path, help="written with the addresses once the site answers")
    parser.add_argument("--throw-away", action="store_true", help="keep nothing after the stop: for tests")
    parser.add_argument("--demo", action=argparse.BooleanOptionalAction, default=shell.get("MPM_DEMO", "1") == "1")
    return parser.parse_args()


def _run(options: argparse.Namespace, stack: ExitStack) -> NoReturn:
    progress = Progress(4)
    state = State(options.state)
    state.acquire()
    stack.callback(state.release)
    if options.throw_away:
        stack.callback(_throw_away, state)
    with progress.step("database and broker"):
        postgres, valkey = _services(state, stack)
    listeners = [ports.listen(wanted) for wanted in (options.port, options.inbox_port, options.smtp_port)]
    for listener in listeners:
        stack.callback(listener.close)
    site, inbox, smtp = (ports.number(listener) for listener in listeners)
    if options.port not in {0, site}:
        say(f"      port {options.port} is taken; the site uses {site}")
    settings = {
        "MPM_SITE_URL": f"http://localhost:{site}",
        "MPM_SMTP_HOST": "127.0.0.1",
        "MPM_SMTP_PORT": str(smtp),
        "MPM_INBOX_URL": f"http://localhost:{inbox}",
        "MPM_DEMO": "1" if options.demo else "0",
        "MPM_LOG_MAIL_TO": "auditors@example.org" if options.demo else "",
    }
    plan = Plan(state, postgres, valkey, settings)
    _migrate(progress, state, postgres, plan)
    with progress.step("keys, notices, static files"):
        reach = plan.env("research", "identity") | environment.log_keys(state)
        run([sys.executable, "-m", "deploy.local.prepare"], cwd=CHECKOUT, env=reach)
    web, mail, sink = (listener.fileno() for listener in listeners)
    ranks = [[plan.inbox(sink, mail)], [*plan.workers(), plan.web(web)], [plan.beat()]]
    supervisor = Supervisor(ranks, {"PostgreSQL": postgres, "Valkey": valkey})
    stack.callback(supervisor.stop)
    stack.callback(_stopping)
    with progress.step("web, workers, clock, mail inbox"):
        supervisor.start()
        _wait_for_answer(supervisor, site, state)
    _announce(options, state, site, inbox, smtp, supervisor)
    while True:
        supervisor.look()
        time.sleep(LOOK_SECONDS)


def _throw_away(state: State) -> None:
    for folder in (Layout.of(state).home, state.runtime(), state.root):
        shutil.rmtree(folder)


def _services(state: State, stack: ExitStack) -> tuple[Postgres, Valkey]:
    postgres, valkey = Postgres(state), Valkey(state)
    stack.callback(postgres.stop)
    postgres.start()
    stack.callback(valkey.stop)
    valkey.start()
    roles.bootstrap(postgres.superuser_url, environment.passwords(state), {"research": RESEARCH, "identity": IDENTITY})
    return postgres, valkey


def _migrate(progress: Progress, state: State, postgres: Postgres, plan: Plan) -> None:
    digest = migrations.digest()
    if state.stamp("migrations") == digest:
        progress.skip("database tables")
        return
    with progress.step("database tables"):
        databases: dict[roles.Kind, str] = {"research": RESEARCH, "identity": IDENTITY}
        migrations.migrate(postgres.superuser_url, databases, plan.env("owner"))
    state.set_stamp("migrations", digest)


def _wait_for_answer(supervisor: Supervisor, port: int, state: State) -> None:
    last = time.monotonic() + FIRST_ANSWER_SECONDS
    while time.monotonic() < last:
        supervisor.look()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(LOOK_SECONDS)
    raise GaveUp(f"The site did not answer in {FIRST_ANSWER_SECONDS} s; {state.root / 'log' / 'web.log'} may say why.")


def _announce(
    options: argparse.Namespace, state: State, site: int, inbox: int, smtp: int, supervisor: Supervisor
) -> None:
    say("")
    say(f"  The site:   http://localhost:{site}/")
    say(f"  For staff:  http://localhost:{site}/staff/")
    say(f"  Its mail:   http://localhost:{inbox}/")
    say(f"  Logs:       {state.root / 'log'}")
    say("  Ctrl-C stops everything and keeps the data.")
    say("")
    if options.ready_file is not None:
        ready = {
            "site": f"http://localhost:{site}",
            "inbox": f"http://localhost:{inbox}",
            "smtp_port": smtp,
            "state": str(state.root),
            "processes": supervisor.pids(),
        }
        write_private(options.ready_file, json.dumps(ready))


def _ask(_number: int, _frame: FrameType | None) -> NoReturn:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # Stopping is bounded in time and must not be cut short.
    raise Asked


def _stopping() -> None:
    say("Stopping: the clock, the web and the workers, the mail inbox, the broker, the database.")


if __name__ == "__main__":
    sys.exit(main())
