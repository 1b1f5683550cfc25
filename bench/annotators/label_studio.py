"""Label Studio (community edition) beside ours: on the same PostgreSQL, behind uwsgi as its container runs it.

It is not part of this project. MPM_PEERS names a folder with an environment `ls-venv` in which `label-studio` 1.23.2
and `uwsgi` are installed (`python3 -m venv ls-venv; ls-venv/bin/pip install label-studio==1.23.2 uwsgi`).
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench.annotators.adapter import PEOPLE, Adapter, HandedOut
from bench.annotators.client import Client, parsed, wait_for
from bench.measured import parent_of
from deploy.local import ports

START_SECONDS: Final = 180
PASSWORD: Final = "four-plain-words-together"  # noqa: S105
DATABASE, CLEAN = "label_studio", "label_studio_clean"
IMPORTED: Final = 1_000
_CONFIG: Final = """<View><Image name="image" value="$image"/>
<RectangleLabels name="label" toName="image"><Label value="person"/></RectangleLabels>
<Number name="age" toName="image" perRegion="true"/>
<Number name="count" toName="image"/>
<Choices name="flag" toName="image"><Choice value="garden"/><Choice value="exclude"/></Choices></View>"""
_WIDTH, _HEIGHT = 640, 480
# A hundred thousand through its import take too long; what a thousand look like there is repeated.
_GROW: Final = """
    INSERT INTO task (data, created_at, updated_at, is_labeled, project_id, meta, overlap, inner_id, total_annotations,
                      cancelled_annotations, total_predictions, comment_count, unresolved_comment_count, allow_skip)
    SELECT data, created_at, updated_at, is_labeled, project_id, meta, overlap, inner_id + g * %(imported)s,
           total_annotations, cancelled_annotations, total_predictions, comment_count, unresolved_comment_count,
           allow_skip
      FROM task, generate_series(1, %(times)s) g WHERE project_id = %(project)s
"""
# As its container has it: two processes a core, one thread each, started anew after 5,000 requests.
_UWSGI: Final = """[uwsgi]
chdir = {package}
http-socket = 127.0.0.1:{port}
add-header = Connection: close
module = core.wsgi:application
virtualenv = {venv}
master = true
single-interpreter = true
processes = {processes}
threads = 1
die-on-term = true
buffer-size = 65535
socket-timeout = 300
need-app = true
harakiri = 120
post-buffering = 4096
disable-logging = true
enable-threads = true
thunder-lock = true
lazy-apps = true
max-requests = 5000
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """Where it is installed, and the environment that its processes need."""

    venv: Path
    package: Path
    told: dict[str, str]


class LabelStudio(Adapter):
    """The server at a port of this machine, with its own database."""

    name = "label_studio"

    def __init__(self, address: str, port: int, web: int, installed: Installed) -> None:
        """`address` is a superuser's of its database, `web` the process id of the server."""
        self.address, self._port, self.project, self.installed = address, port, 0, installed
        self._known: list[Client] = []
        with psycopg.connect(address) as server:
            self.pids = {"app": web, "database": parent_of(server.info.backend_pid)}

    def fill(self, size: int) -> None:
        """A project of its own; a thousand tasks by its import, the others by its database."""
        self.import_(size, {})

    def import_(self, size: int, more: dict[str, object]) -> None:
        """As `fill`, with more about each of the tasks that come by its import."""
        (admin,) = self.clients(1)
        made = admin.send("/api/projects", {"title": f"{size} photos", "label_config": _CONFIG})
        self.project = parsed(made)["id"]
        first = min(size, IMPORTED)
        tasks = [{"data": {"image": "/static/small.jpg", "ref": number}, **more} for number in range(first)]
        admin.send(f"/api/projects/{self.project}/import", tasks)
        with psycopg.connect(self.address, autocommit=True) as server:
            there = {"imported": first, "times": size // first - 1, "project": self.project}
            server.execute(_GROW, there)
            server.execute("VACUUM ANALYZE")

    def clients(self, number: int) -> list[Client]:
        """Always the same people: signing up takes it long."""
        for each in range(len(self._known), number):
            self._known.append(self._signed_up(f"annotator-{each}@example.org"))
        return self._known[:number]

    def next(self, client: Client) -> HandedOut | None:
        """The label stream's question."""
        status, content = client.get(f"/api/projects/{self.project}/next", 200, 404)
        return HandedOut(parsed((status, content))["id"]) if status == 200 else None

    def submit(self, client: Client, handed_out: HandedOut) -> None:
        """One annotation with all regions."""
        address = f"/api/tasks/{handed_out.task}/annotations/?project={self.project}"
        client.send(address, {"result": result(), "lead_time": 3.0})

    def _signed_up(self, email: str) -> Client:
        client = Client(self._port)
        client.headers["Referer"] = f"http://127.0.0.1:{self._port}/"
        client.get("/user/signup/")
        fields = {"csrfmiddlewaretoken": client.cookies["csrftoken"], "email": email, "password": PASSWORD}
        client.fill_in("/user/signup/", fields, 302)
        client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
        return client


def result() -> list[dict[str, object]]:
    """What every annotator answers, in its format."""
    common = {"original_width": _WIDTH, "original_height": _HEIGHT, "image_rotation": 0, "to_name": "image"}
    regions: list[dict[str, object]] = []
    for number, person in enumerate(PEOPLE):
        left, top, right, bottom = (100 * edge for edge in person.box)
        place = {"x": left, "y": top, "width": right - left, "height": bottom - top, "rotation": 0}
        box = {**place, "rectanglelabels": ["person"]}
        both = {**common, "id": f"r{number}"}
        regions += [
            {**both, "from_name": "label", "type": "rectanglelabels", "value": box},
            {**both, "from_name": "age", "type": "number", "value": {**place, "number": person.age}},
        ]
    whole: dict[str, object] = {"to_name": "image"}
    count = {**whole, "id": "c", "from_name": "count", "type": "number", "value": {"number": len(PEOPLE)}}
    flag = {**whole, "id": "f", "from_name": "flag", "type": "choices", "value": {"choices": ["garden"]}}
    return [*regions, count, flag]


@contextmanager
def serving(superuser: str) -> Iterator[LabelStudio]:
    """The server with an empty database on the benchmarks' PostgreSQL, until the block ends."""
    if "MPM_PEERS" not in os.environ:
        raise SystemExit("MPM_PEERS names no folder; the head of bench/annotators/label_studio.py says what it holds.")
    root = Path(os.environ["MPM_PEERS"]).resolve()
    venv = root / "ls-venv"
    (package,) = venv.glob("lib/python3*/site-packages/label_studio")
    listener = ports.listen(0)
    port = ports.number(listener)
    listener.close()
    told = _environment(superuser, root, port)
    _database(superuser, venv, package, told)
    written = root / "label_studio.ini"
    processes = 2 * len(os.sched_getaffinity(0))
    written.write_text(_UWSGI.format(package=package, port=port, venv=venv, processes=processes))
    with (root / "label_studio.log").open("ab") as log:
        web = subprocess.Popen([venv / "bin/uwsgi", "--ini", written], env=told, stdout=log, stderr=log)
        try:
            wait_for(Client(port), "/health", START_SECONDS)
            address = make_conninfo(superuser, dbname=DATABASE)
            yield LabelStudio(address, port, web.pid, Installed(venv, package, told))
        finally:
            web.terminate()
            web.wait(60)


def _environment(superuser: str, root: Path, port: int) -> dict[str, str]:
    known = conninfo_to_dict(superuser)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(root),
        "DJANGO_DB": "default",
        "POSTGRE_NAME": DATABASE,
        "POSTGRE_USER": str(known["user"]),
        "POSTGRE_PASSWORD": str(known["password"]),
        "POSTGRE_HOST": str(known["host"]),
        "POSTGRE_PORT": str(known["port"]),
        "LABEL_STUDIO_BASE_DATA_DIR": str(root / "ls-data"),
        "LABEL_STUDIO_HOST": f"http://127.0.0.1:{port}",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "FEATURE_FLAGS_OFFLINE": "true",
        "DJANGO_SETTINGS_MODULE": "core.settings.label_studio",
        "DEBUG": "false",
        "LOG_LEVEL": "WARNING",
        "APP_WEBSERVER": "uwsgi",
    }


def _database(superuser: str, venv: Path, package: Path, told: dict[str, str]) -> None:
    """A database as its migrations leave it: made once, copied for each run."""
    (Path(told["LABEL_STUDIO_BASE_DATA_DIR"])).mkdir(exist_ok=True)
    name, clean = sql.Identifier(DATABASE), sql.Identifier(CLEAN)
    with psycopg.connect(superuser, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [CLEAN]).fetchone()
        if not found:
            server.execute(sql.SQL("CREATE DATABASE {}").format(name))
            command = [str(venv / "bin/python"), "manage.py", "migrate", "--no-color", "-v0"]
            subprocess.run(command, cwd=package, env=told, check=True, stdout=subprocess.DEVNULL)
            server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(name, clean))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, clean))
