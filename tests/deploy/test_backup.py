"""A backup holds what it must and no key; restored, it brings back what lives and nothing that was erased."""

import fcntl
import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from contributions.models import Photo
from deploy.backup import databases, restoring, storing
from deploy.backup.__main__ import main
from deploy.backup.refusals import NotBackedUp
from deploy.backup.stores import OBJECT, Folder
from deploy.local.postgres import Postgres
from deploy.local.state import State
from mpm_site import env, roles
from tests.audit.conftest import keeper
from tests.audit.keeper import Keeper
from tests.erasure.restored import agreed, erase
from tests.vault.conftest import files_holding, folders
from vault import actions as vault
from vault import keyring, objects

__all__ = ["folders", "keeper"]
pytestmark = pytest.mark.django_db(databases=["default", "identity", "auditor"], transaction=True)
# Not among the roles of the site, which other tests count.
BACKUP_ROLE = "backup_of_tests"
DAY = 86_400


def address(role: str, database: str) -> str:
    return os.environ[f"MPM_TEST_{role}_URL"].replace("DATABASE", database)


def superusers(database: str) -> str:
    """The superuser's address of a database, as a URL would give it."""
    return make_conninfo(os.environ["MPM_TEST_SUPERUSER_URL"], dbname=database)


@pytest.fixture
def surroundings(folders: Path, keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment of a backup: programs, stores, and a role that reads everything and writes nothing."""
    postgres = Postgres(State(Path(os.environ["MPM_TEST_STATE"])))
    monkeypatch.setenv("PATH", f"{Path(postgres.program('pg_dump')).parent}:{os.environ['PATH']}")
    monkeypatch.setenv("LD_LIBRARY_PATH", postgres.libraries)
    monkeypatch.setenv("MPM_OBJECTS", str(settings.MEDIA_ROOT))
    monkeypatch.setenv("MPM_LOG_COPIES", str(folders / "log-copies"))
    monkeypatch.setattr(roles, "BACKUP_ROLE", BACKUP_ROLE)
    with psycopg.connect(os.environ["MPM_TEST_SUPERUSER_URL"], autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [BACKUP_ROLE]).fetchone():
            connection.execute(f"CREATE ROLE {BACKUP_ROLE} LOGIN PASSWORD 'word' IN ROLE pg_read_all_data".encode())
        for kind, alias in (("RESEARCH", "default"), ("IDENTITY", "identity")):
            name = str(connections[alias].settings_dict["NAME"])
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(*map(sql.Identifier, (name, BACKUP_ROLE)))
            )
            monkeypatch.setenv(
                f"MPM_BACKUP_{kind}_URL", make_conninfo(superusers(name), user=BACKUP_ROLE, password="word")
            )
    return folders


def keys() -> list[bytes]:
    """Everything in the keyring that must be in no backup."""
    return [path.read_bytes() for path in Path(settings.KEYRING).glob("*.key")]


@pytest.mark.requirement("E3")
def test_a_backup_holds_both_databases_every_object_and_the_log_and_no_key(surroundings: Path, keeper: Keeper) -> None:
    given = agreed(2)
    vault.rotate()
    keeper()
    backups = surroundings / "backups"
    made = storing.store(backups, days=30)
    assert {path.name for path in made.iterdir()} == {"research.dump", "identity.dump", storing.SUMS}
    assert {path.name for path in (backups / "objects").rglob("*") if path.is_file()} == {
        path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()
    }
    assert (backups / "log" / "checkpoint").exists()
    assert files_holding(backups, *keys()) == []
    erase(given)
    keeper()
    storing.store(backups, days=30)
    # What the log published before is still there, and so are the sealed bytes of what is gone: they open with nothing.
    assert list((backups / "log-before").rglob("checkpoint"))
    assert len(list((backups / "objects").rglob("*-*-*"))) >= len(given.photos)
    assert files_holding(backups, *keys()) == []


def test_what_vanished_from_the_store_goes_from_the_backup_some_days_later(tmp_path: Path) -> None:
    source, backup = Folder(tmp_path / "objects", OBJECT), Folder(tmp_path / "backup", OBJECT)
    stays, goes = (objects.name_of(uuid4()) for _ in range(2))
    for name in (stays, goes, "incoming/half.part"):
        (tmp_path / "objects" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "objects" / name).write_bytes(b"sealed")
    assert storing.mirror(source, backup, days=30) == 2
    source.path(goes).unlink()
    assert storing.mirror(source, backup, days=30) == 1
    assert set(backup.names()) == {stays, goes}
    seen = backup.path(goes).stat().st_mtime - 31 * DAY
    os.utime(backup.path(goes), (seen, seen))
    assert storing.mirror(source, backup, days=30) == 1
    assert set(backup.names()) == {stays}


class Forged:
    """A store whose server, or whoever holds its key, says what it likes."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def names(self) -> Iterator[str]:
        return iter(self._names)

    def open(self, name: str) -> io.BytesIO:
        return io.BytesIO(b"forged")

    def put(self, name: str, content: object) -> None:
        raise AssertionError


DUMP = "../databases/2099-01-01T00-00-00.000000Z/research.dump"


@pytest.mark.requirement("E3")
@pytest.mark.parametrize("name", [DUMP, "/ABSOLUTE", "ab/cd/../../../databases/x", "incoming/x", "ab/cd/x", ".."])
def test_a_store_writes_nowhere_but_under_names_that_the_site_gives(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    victim = place / "somebody's"
    victim.write_bytes(b"own")
    name, good = name.replace("/ABSOLUTE", str(victim)), objects.name_of(uuid4())
    backup = Folder(place / "backup" / "objects", OBJECT)
    assert storing.mirror(Forged(name, good), backup, days=30) == 1
    assert storing._keep_history(Forged(name, "checkpoint"), place / "backup", "now") == 1
    there = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    assert there == {"somebody's", f"backup/objects/{good}", "backup/log/checkpoint"}
    assert victim.read_bytes() == b"own"
    # Told apart from what is in order, and never repeated: a name may hold anything.
    assert "1 names that the site never gives" in capsys.readouterr().err
    with pytest.raises(NotBackedUp, match="nothing is read or written"):
        backup.put(name, io.BytesIO(b"forged"))
    with pytest.raises(NotBackedUp, match="nothing is read or written"):
        backup.open(name)


def test_a_link_leads_no_backup_out_of_its_folder(tmp_path: Path) -> None:
    name = objects.name_of(uuid4())
    (tmp_path / "objects" / name).parent.mkdir(parents=True)
    (tmp_path / "objects" / name).symlink_to("/etc/passwd")
    with pytest.raises(NotBackedUp, match="leads out"):
        storing.mirror(Folder(tmp_path / "objects", OBJECT), Folder(tmp_path / "backup", OBJECT), days=30)


@pytest.mark.parametrize("name", ["epoch-3.key", "mail.key", "keys.copy", "log.key"])
def test_a_folder_with_a_key_in_it_is_not_backed_up(name: str, tmp_path: Path) -> None:
    source = tmp_path / "objects"
    (source / "ab").mkdir(parents=True)
    (source / "ab" / name).write_bytes(b"k" * 32)
    with pytest.raises(NotBackedUp, match="is a key"):
        storing.mirror(Folder(source, OBJECT), Folder(tmp_path / "backup", OBJECT), days=30)
    assert not (tmp_path / "backup").exists()


def somebody_elses(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, as if root came to one that is not root's."""
    if not os.geteuid():
        os.chown(folder, 65534, -1)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return folder


@pytest.mark.parametrize("what", ["store", "restore", "keys"])
def test_root_writes_nothing_into_the_folders_of_the_site(
    what: str, folders: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = folders / "place"
    place.mkdir()
    vault.rotate()
    for name, folder in (
        ("KEYRING", settings.KEYRING),
        ("KEY_COPY", settings.KEY_COPY),
        ("OBJECTS", settings.MEDIA_ROOT),
    ):
        monkeypatch.setenv(f"MPM_{name}", str(folder))
    somebody_elses(place if what == "store" else Path(settings.KEYRING), monkeypatch)
    before = sorted(folders.rglob("*"))
    monkeypatch.setattr(sys, "argv", ["deploy.backup", what, str(place)])
    assert main() == 1
    assert "Run this as the folder's owner," in capsys.readouterr().err
    assert sorted(folders.rglob("*")) == before


def test_a_backup_says_when_it_was_made_and_nothing_when_it_failed(
    surroundings: Path, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = surroundings / "said"
    said.mkdir()
    vault.rotate()
    keeper()
    for name, value in (("BACKUP_SAID", said), ("KEYRING", settings.KEYRING), ("KEY_COPY", settings.KEY_COPY)):
        monkeypatch.setenv(f"MPM_{name}", str(value))
    (surroundings / "second").mkdir()
    for what, place in (("keys", "nowhere"), ("keys", "second"), ("store", "backups")):
        monkeypatch.setattr(sys, "argv", ["deploy.backup", what, str(surroundings / place)])
        assert main() == int(place == "nowhere")
        assert {path.name for path in said.iterdir()} == {"nowhere": set(), "second": {"keys"}}.get(
            place, {"keys", "backup"}
        )
    os.utime(said / "backup", (0, 0))
    monkeypatch.setenv("MPM_BACKUP_IDENTITY_URL", make_conninfo(os.environ["MPM_BACKUP_IDENTITY_URL"], password="no"))
    assert main() == 1
    assert (said / "backup").stat().st_mtime == 0


def test_a_dump_that_failed_leaves_the_older_ones_and_no_half_one(
    surroundings: Path, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper()
    made = storing.store(surroundings / "backups", days=30)
    monkeypatch.setenv("MPM_BACKUP_IDENTITY_URL", make_conninfo(os.environ["MPM_BACKUP_IDENTITY_URL"], password="no"))
    with pytest.raises(NotBackedUp, match="pg_dump failed"):
        storing.store(surroundings / "backups", days=30)
    assert [path.name for path in (made.parent).iterdir() if not path.name.startswith(".")] == [made.name]


@pytest.fixture
def empty(surroundings: Path) -> Iterator[dict[roles.Kind, str]]:
    """Two new databases, as bootstrap_roles makes them."""
    names: dict[roles.Kind, str] = {
        "research": f"restored_{os.getpid()}",
        "identity": f"restored_{os.getpid()}_identity",
    }
    # A restoration changes the owner's role for a moment, and all workers of a test run have one server.
    with Path(os.environ["MPM_TEST_STATE"], "roles.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        roles.bootstrap(os.environ["MPM_TEST_SUPERUSER_URL"], {}, names)
        yield names
        with psycopg.connect(os.environ["MPM_TEST_SUPERUSER_URL"], autocommit=True) as connection:
            for name in names.values():
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def restored(surroundings: Path, empty: dict[roles.Kind, str], *words: str) -> subprocess.CompletedProcess[str]:
    """What the command says that brings the newest backup into the empty databases."""
    owner = psycopg.conninfo.conninfo_to_dict(os.environ["MPM_TEST_OWNER_URL"])["password"]
    told = {
        "DJANGO_SETTINGS_MODULE": "mpm_site.settings",
        "MPM_RESEARCH_URL": address("RESEARCH", empty["research"]),
        "MPM_IDENTITY_URL": address("IDENTITY", empty["identity"]),
        "MPM_AUDITOR_URL": address("AUDITOR", empty["research"]),
        "MPM_BACKUP_RESEARCH_URL": superusers(empty["research"]),
        "MPM_BACKUP_IDENTITY_URL": superusers(empty["identity"]),
        "MPM_OWNER_PASSWORD": str(owner),
        "MPM_KEYRING": str(settings.KEYRING),
        "MPM_KEY_COPY": str(settings.KEY_COPY),
        "MPM_LOG_VERIFIER": str(settings.LOG_VERIFIER),
    }
    command = [sys.executable, "-m", "deploy.backup", "restore", str(surroundings / "backups"), *words]
    return subprocess.run(
        command, env=os.environ | told, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )


RIGHTS = """
WITH spaces AS (SELECT * FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'),
given AS (
    SELECT relname AS what, relowner AS owner, coalesce(relacl, acldefault('r', relowner)) AS rights
        FROM pg_class JOIN spaces ON relnamespace = spaces.oid WHERE relkind IN ('r', 'v', 'S')
    UNION ALL SELECT proname, proowner, coalesce(proacl, acldefault('f', proowner))
        FROM pg_proc JOIN spaces ON pronamespace = spaces.oid
    UNION ALL SELECT nspname, nspowner, coalesce(nspacl, acldefault('n', nspowner)) FROM spaces
    UNION ALL SELECT relname || '.' || attname, relowner, attacl
        FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid JOIN spaces ON relnamespace = spaces.oid
        WHERE attacl IS NOT NULL
    UNION ALL SELECT defaclobjtype::text, defaclrole, defaclacl FROM pg_default_acl
)
SELECT what, owner::regrole::text, array(SELECT unnest(rights)::text ORDER BY 1) FROM given
"""


def rights(database: str) -> list[tuple[str, str, list[str]]]:
    """Who owns each thing of a database and who may do what with it."""
    with psycopg.connect(superusers(database)) as connection:
        return sorted(connection.execute(RIGHTS).fetchall())


@pytest.mark.requirement("E3")
def test_restored_by_one_command_what_lives_is_back_and_what_was_erased_is_not(
    surroundings: Path, keeper: Keeper, empty: dict[roles.Kind, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, kept = agreed(1), agreed(1)
    vault.rotate()
    keeper()
    made = storing.store(surroundings / "backups", days=30)
    erase(gone)
    vault.rotate()
    keeper()
    # A disk was lost: the living photo's bytes are in the backup alone.
    lost = next(Path(settings.MEDIA_ROOT).rglob(str(Photo.objects.get(pk=kept.photos[0].pk).full_id)))
    lost.unlink()
    done = restored(surroundings, empty, "--digest", storing.digest(made / storing.SUMS))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Restored. Start the processes." in done.stdout
    assert lost.exists()
    with psycopg.connect(superusers(empty["research"])) as connection:
        found: dict[UUID, str] = dict(connection.execute("SELECT id, state FROM contributions_photo").fetchall())
        assert found[kept.photos[0].pk] == Photo.objects.get(pk=kept.photos[0].pk).state
        assert found[gone.photos[0].pk] == "erased"
        living = connection.execute("SELECT DISTINCT epoch FROM vault_datakey WHERE destroyed_at IS NULL").fetchall()
        assert living == [(keyring.current_epoch(),)]
    for name, alias in zip(empty.values(), ("default", "identity"), strict=True):
        assert rights(name) == rights(str(connections[alias].settings_dict["NAME"]))
    with (
        psycopg.connect(address("RESEARCH", empty["research"])) as site,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        site.execute("DELETE FROM audit.event")
    # The new databases let in who backs up: the next night's backup is made.
    for kind, name in empty.items():
        monkeypatch.setenv(
            f"MPM_BACKUP_{kind.upper()}_URL", make_conninfo(superusers(name), user=BACKUP_ROLE, password="word")
        )
    assert (storing.store(surroundings / "backups", days=30) / "identity.dump").exists()
    with pytest.raises(NotBackedUp, match="has tables"):
        databases.load("research", superusers(empty["research"]), surroundings / "any.dump", owners="")


@pytest.mark.requirement("I2")
def test_a_dump_is_read_as_the_owner_who_then_has_no_more_rights_than_before(
    empty: dict[roles.Kind, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "pg_restore"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\n[ "$1" = --list ] || {{ (env; echo "$@") >{tmp_path}/told; exit 1; }}\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    there = superusers(empty["research"])
    with pytest.raises(NotBackedUp, match="pg_restore failed"):
        databases.load(
            "research", there, tmp_path / "any.dump", owners=make_conninfo(there, user="mpm_owner", password="word")
        )
    told = (tmp_path / "told").read_text()
    assert "PGUSER=mpm_owner\n" in told
    # Nothing is written beside the dump: a backup may be mounted to read.
    assert "--use-list=" in told
    assert f"--use-list={tmp_path}" not in told
    with psycopg.connect(there) as connection:
        inherits = "SELECT rolinherit FROM pg_roles WHERE rolname = 'mpm_owner'"
        granted = "SELECT inherit_option FROM pg_auth_members WHERE member = 'mpm_owner'::regrole"
        assert [connection.execute(query).fetchall() for query in (inherits, granted)] == [[(False,)], [(False,)]]


def test_a_dump_that_was_altered_is_not_restored(
    surroundings: Path, keeper: Keeper, empty: dict[roles.Kind, str]
) -> None:
    keeper()
    made = storing.store(surroundings / "backups", days=30)
    with (made / "research.dump").open("ab") as file:
        file.write(b"!")
    done = restored(surroundings, empty)
    assert (done.returncode, "is not as it was written" in done.stderr) == (1, True)
    assert databases.is_empty(superusers(empty["research"]))


def test_a_backup_is_held_against_the_digest_that_was_kept_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "databases" / "2026-11-23T02-30-00.000000Z"
    made.mkdir(parents=True)
    lines = []
    for kind in storing.DUMPS:
        (made / f"{kind}.dump").write_bytes(kind.encode())
        lines.append(f"{hashlib.sha256(kind.encode()).hexdigest()}  {kind}.dump\n")
    (made / storing.SUMS).write_text("".join(lines))
    said = storing.digest(made / storing.SUMS)
    assert restoring._dumps(tmp_path, None, said.upper()) == made
    assert "held against nothing" not in capsys.readouterr().out
    assert restoring._dumps(tmp_path, None, None) == made
    assert f"{made.name} {said}, held against nothing" in capsys.readouterr().out
    with pytest.raises(NotBackedUp, match="is not the backup of which"):
        restoring._dumps(tmp_path, None, "0" * 64)


def test_what_an_address_says_of_encryption_holds_for_the_dumps_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(f"#!/bin/sh\nenv >{tmp_path}/told\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    asked = "&".join(f"{name}=word-{name}" for name in env.TLS_OPTIONS)
    databases.dump(f"postgresql://mpm_backup:secret@db.example.org:5433/mpm?{asked}", tmp_path / "a.dump")
    told = dict(line.partition("=")[::2] for line in (tmp_path / "told").read_text().splitlines())
    assert (told["PGHOST"], told["PGPORT"]) == ("db.example.org", "5433")
    for name in env.TLS_OPTIONS:
        assert told[f"PG{name.replace('_', '').upper()}"] == f"word-{name}"
