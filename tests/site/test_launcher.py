"""What `make run` stands on: own services on unix sockets, private folders, processes that come back."""

import errno
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from pytest_django import Settings

from deploy.local import chromium, environment, packages, ports
from deploy.local import run as launcher
from deploy.local.nowhere import settings as settings_of_nowhere
from deploy.local.postgres import Layout, Postgres
from deploy.local.processes import WORKERS, Plan
from deploy.local.services import ServiceFailed
from deploy.local.state import CHECKOUT, State, StateInUse, write_private
from deploy.local.supervisor import GaveUp, Process, Supervisor
from deploy.local.valkey import Valkey
from mpm_site import kinds
from mpm_site.env import NOWHERE
from vault import actions as vault
from vault import keyring


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    found = State(tmp_path / "state")
    found.acquire()
    yield found
    shutil.rmtree(found.runtime())
    shutil.rmtree(Layout.of(found).home)
    found.release()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_state_folder_serves_one_run_at_a_time(state: State) -> None:
    with pytest.raises(StateInUse):
        State(state.root).acquire()


def test_secrets_are_made_once_and_only_their_owner_reads_them(state: State) -> None:
    first = state.secret("word")
    assert len(first) >= 43
    assert State(state.root).secret("word") == first
    assert state.secret("other") != first
    assert (mode(state.root), mode(state.root / "secrets.json")) == (0o700, 0o600)


def test_a_folder_that_others_may_enter_is_not_used_for_sockets(state: State) -> None:
    folder = state.runtime()
    folder.chmod(0o755)
    with pytest.raises(PermissionError):
        state.runtime()
    folder.chmod(0o700)


def test_the_database_is_private_speaks_utf8_and_keeps_its_rows_over_a_restart(state: State) -> None:
    postgres = Postgres(state)
    postgres.start()
    with psycopg.connect(postgres.superuser_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('blåbär')")
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        rules = connection.execute("SELECT type, auth_method FROM pg_hba_file_rules").fetchall()
        assert rules == [("local", "scram-sha-256")]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url("postgres", "guess", "postgres"))
    postgres.stop()
    again = Postgres(state)
    again.start()
    with psycopg.connect(again.superuser_url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("blåbär",)
    again.stop()
    assert again.returncode() == 0


def test_a_database_whose_keys_were_removed_is_set_aside_and_the_site_starts_empty(
    state: State, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = cluster_of_lost_state(state)
    postgres = Postgres(state)
    postgres.start()
    postgres.stop()
    told = capsys.readouterr().out
    [aside] = lost.parent.glob("data-without-keys-*")
    assert f"rm -r {aside}" in told
    assert (aside / "PG_VERSION").exists()
    assert state.stamp("migrations") == ""


def test_a_database_that_refuses_our_password_is_not_touched_while_its_keys_are_there(state: State) -> None:
    lost = cluster_of_lost_state(state)
    (state.folder("keyring") / "epoch-1.key").write_bytes(b"key")
    with pytest.raises(ServiceFailed, match="Nothing was changed"):
        Postgres(state).start()
    assert [path.name for path in lost.parent.glob("data*")] == ["data"]


def test_data_of_another_version_of_the_database_are_not_touched(state: State) -> None:
    data = Layout.of(state).data
    data.mkdir()
    (data / "PG_VERSION").write_text("13\n")
    with pytest.raises(ServiceFailed, match="made by PostgreSQL 13"):
        Postgres(state).start()
    assert (data / "PG_VERSION").read_text() == "13\n"


def cluster_of_lost_state(state: State) -> Path:
    """The data folder of a cluster whose password is not known any more, and a stamp of its tables."""
    postgres = Postgres(state)
    postgres.start()
    postgres.stop()
    (state.root / "secrets.json").unlink()
    state.set_stamp("migrations", "done")
    return Layout.of(state).data


def test_a_full_disk_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.fsync", full)
    monkeypatch.setattr("sys.argv", ["run", "--state", str(tmp_path / "state"), "--throw-away"])
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        assert launcher.main() == 1
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert capsys.readouterr().out.splitlines()[-1] == launcher.DISK_FULL


def test_a_file_that_cannot_be_written_whole_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_private(tmp_path / "words", "old")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_private(tmp_path / "words", "new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("scope", ["PIP_INDEX_URL", "PIP_CONFIG_FILE"])
def test_the_package_index_that_pip_was_told_to_use_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = https://index.invalid/simple\n")
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    value = "https://index.invalid/simple" if scope == "PIP_INDEX_URL" else str(tmp_path / "pip.conf")
    monkeypatch.setenv(scope, value)
    assert packages._settings_for_uv()["UV_DEFAULT_INDEX"] == "https://index.invalid/simple"


def test_the_broker_listens_on_a_socket_that_only_this_user_opens(state: State) -> None:
    valkey = Valkey(state)
    valkey.start()
    path = state.runtime() / "valkey.sock"
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    valkey.stop()
    assert valkey.returncode() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's word at a parent's death is Linux's")
def test_services_end_with_a_supervisor_that_was_killed(state: State) -> None:
    program = (
        "import sys, time; from pathlib import Path\n"
        "from deploy.local.state import State; from deploy.local.valkey import Valkey\n"
        "valkey = Valkey(State(Path(sys.argv[1]))); valkey.start()\n"
        "print(valkey._server.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(state.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=CHECKOUT, text=True) as supervisor:
        assert supervisor.stdout is not None
        service = int(supervisor.stdout.readline())
        supervisor.kill()
    assert within(10, lambda: not Path(f"/proc/{service}").exists() or "Z" in stat_of(service))


def test_a_taken_port_gives_the_next_one() -> None:
    with ports.listen(0) as taken:
        wanted = ports.number(taken)
        with ports.listen(wanted) as other:
            assert wanted < ports.number(other) <= wanted + ports.TRIES


def test_a_process_that_dies_comes_back(tmp_path: Path) -> None:
    process = Process("sleeper", ["sleep", "60"], environment.of_shell(), tmp_path / "log")
    supervisor = Supervisor([[process]], {})
    supervisor.start()
    first = supervisor.pids()["sleeper"]
    os.kill(first, signal.SIGKILL)
    assert within(10, lambda: looked(supervisor).get("sleeper", first) != first)
    supervisor.stop()
    assert process.running is not None
    assert process.running.returncode == -signal.SIGTERM


def test_a_process_that_never_settles_ends_the_run_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.supervisor.LONGEST_WAIT_SECONDS", 0)
    command = ["sh", "-c", "echo my last words; exit 3"]
    supervisor = Supervisor([[Process("broken", command, environment.of_shell(), tmp_path / "log")]], {})
    supervisor.start()
    with pytest.raises(GaveUp, match="my last words"):
        within(20, lambda: len(looked(supervisor)) > 1)


@pytest.mark.requirement("I2")
def test_each_process_gets_only_the_databases_it_needs(state: State) -> None:
    plan = Plan(state, Postgres(state), Valkey(state), {"MPM_SITE_URL": "http://localhost:8000"})
    processes = [plan.web(0), plan.inbox(0, 0), *plan.workers(), plan.beat()]
    reached = {process.name: databases(process) for process in processes}
    assert reached == {
        "web": {"mpm_app", "mpm_identity", "mpm_auditor"},
        "inbox": set(),
        "images": {"mpm_app"},
        "mail": {"mpm_identity"},
        "sweep": {"mpm_app", "mpm_identity"},
        "releases": {"mpm_app"},
        "log": {"mpm_keeper"},
        "text": {"mpm_app"},
        "beat": set(),
    }
    assert "mpm_owner" not in str([process.env for process in processes])
    assert state.secret("postgres") not in str([process.env for process in processes])


@pytest.fixture
def keyrings(state: State, settings: Settings) -> dict[str, str]:
    """Each process's folder of keys, as after a start."""
    settings.KEYRING = state.folder("keyring")
    keyring.make_missing()
    plan = Plan(state, Postgres(state), Valkey(state), {"MPM_SITE_URL": "http://localhost:8000"})
    return {process.name: process.env.get("MPM_KEYRING", NOWHERE) for process in [*plan.workers(), plan.web(0)]}


def test_the_mail_worker_holds_no_key_of_a_photo(keyrings: dict[str, str]) -> None:
    names = {path.name for path in Path(keyrings["mail"]).iterdir() if path.exists()}
    assert names == {"mail.key", "mail.pub", "blind-index.key"}


@pytest.mark.requirement("I2")
def test_only_the_mail_worker_can_read_what_was_sealed_for_it(keyrings: dict[str, str], settings: Settings) -> None:
    settings.KEYRING = keyrings["web"]
    sealed = vault.seal_for_mail(b"someone@example.org")
    assert keyring.make_missing() == []
    for name in set(keyrings) - {"mail"}:
        settings.KEYRING = keyrings[name]
        with pytest.raises(vault.KeyMissing):
            vault.open_mail(sealed)
    settings.KEYRING = keyrings["mail"]
    assert vault.open_mail(sealed) == b"someone@example.org"


def test_every_queue_has_a_worker() -> None:
    assert {queue.name for queue in settings.CELERY_TASK_QUEUES} == set(WORKERS)


def test_a_variable_of_the_shell_does_not_slip_into_the_site() -> None:
    let_in = {"PATH", "MPM_CAMPAIGN_NAME", "MPM_LOG_FORMAT", "MPM_VIEWS_AN_HOUR", "MPM_DELIVERY_DAYS"}
    kept_out = {"AWS_SECRET_ACCESS_KEY", "MPM_KIND", "MPM_S3_BUCKET", *kinds.APART, *kinds.NEEDED}
    kept = environment.of_shell(dict.fromkeys(let_in | kept_out, "x"))
    assert let_in <= set(kept)
    assert not kept_out & set(kept)


def test_what_checks_run_under_has_a_new_secret_each_time() -> None:
    assert settings_of_nowhere("/x")["MPM_SECRET_KEY"] != settings_of_nowhere("/x")["MPM_SECRET_KEY"]


@pytest.mark.parametrize(("code", "is_found"), [(0, True), (127, False)])
def test_a_downloaded_browser_that_lacks_libraries_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, is_found: bool
) -> None:
    program = tmp_path / "chromium-1" / "chrome-linux" / "chrome"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o700)
    monkeypatch.setattr(chromium, "OWN", tmp_path)
    monkeypatch.setattr(chromium, "MACOS", tmp_path / "none")
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delenv("MPM_CHROMIUM", raising=False)
    assert chromium.find() == (str(program) if is_found else None)


@pytest.mark.parametrize(("there", "chosen"), [(["3", "3.12"], "python3.12"), (["3.11", "3.13"], "python3.13")])
def test_the_newest_python_in_range_is_chosen(tmp_path: Path, there: list[str], chosen: str) -> None:
    for version in there:
        (tmp_path / f"python{version}").symlink_to("/bin/true")
    # A name may exist and lead nowhere.
    if "3.13" not in there:
        (tmp_path / "python3.13").symlink_to("/bin/false")
    assert choose(tmp_path) == (0, chosen, "")


def test_without_a_python_in_range_one_line_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "python3").symlink_to("/bin/false")
    code, output, words = choose(tmp_path)
    assert (code, output) == (1, "")
    assert "apt-get install python3 python3-venv" in words
    assert len(words.splitlines()) == 1


def full(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def looked(supervisor: Supervisor) -> dict[str, int]:
    supervisor.look()
    return supervisor.pids()


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if condition():
            return True
        time.sleep(0.05)
    return False


def stat_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return "Z"


def databases(process: Process) -> set[str]:
    addresses = [value for name, value in process.env.items() if name.endswith("_URL") and "postgresql:" in value]
    return {address.split("//")[1].split(":")[0] for address in addresses} - {"nobody"}


def choose(folder: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        ["/bin/sh", "deploy/local/python.sh"],
        env={"PATH": str(folder)},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.strip(), done.stderr.strip()
