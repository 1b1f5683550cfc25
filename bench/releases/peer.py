"""Label Studio's own export of annotations, beside ours: see bench.annotators.label_studio."""

import json
import subprocess
import tempfile
from typing import Final, NamedTuple

import psycopg
from psycopg import sql

from bench.annotators.label_studio import IMPORTED, LabelStudio, result

# The annotations of the tasks that were repeated, each as that of the task that it was repeated from.
_GROW: Final = """
    INSERT INTO task_completion ({columns}, task_id, unique_id)
    SELECT {values}, more.id, gen_random_uuid()
      FROM task_completion answer JOIN task first ON first.id = answer.task_id
      JOIN task more ON more.project_id = first.project_id AND more.inner_id > first.inner_id
       AND (more.inner_id - first.inner_id) %% %(imported)s = 0
     WHERE first.project_id = %(project)s
"""
_OF_ITS_OWN: Final = ["id", "task_id", "unique_id"]
# What its command `export` does once everything is loaded: what that took is left out, as with ours.
_EXPORT: Final = """
import json, os, resource, sys, time
import django
django.setup()
from tasks.functions import export_project
begun, spent = time.perf_counter(), time.process_time()
export_project(int(sys.argv[1]), sys.argv[2], sys.argv[3], {"annotations__completed_by": {"only_id": None}})
seconds, cpu = time.perf_counter() - begun, time.process_time() - spent
peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak_mb, "written": os.path.getsize(sys.argv[3])}))
"""


class Told(NamedTuple):
    """What an export took: seconds, its CPU's among them, the most memory in MB, and the bytes that it wrote."""

    seconds: float
    cpu: float
    peak_mb: float
    written: int


def fill_read(there: LabelStudio, size: int) -> None:
    """A project of so many photos, each of which was read once."""
    there.import_(size, {"annotations": [{"result": result()}]})
    with psycopg.connect(there.address, autocommit=True) as server:
        named = "SELECT column_name FROM information_schema.columns WHERE table_name = 'task_completion'"
        names = [name for (name,) in server.execute(f"{named} AND column_name <> ALL (%s)", [_OF_ITS_OWN])]
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        values = sql.SQL(", ").join(sql.Identifier("answer", name) for name in names)
        told = {"imported": min(size, IMPORTED), "project": there.project}
        server.execute(sql.SQL(_GROW).format(columns=columns, values=values), told)
        server.execute("VACUUM ANALYZE")


def exported(there: LabelStudio, kind: str, limit: float) -> Told | None:
    """Export the project in a process of its own; None after `limit` seconds.

    Raises CalledProcessError.
    """
    installed = there.installed
    with tempfile.NamedTemporaryFile() as file:
        command = [str(installed.venv / "bin/python"), "-c", _EXPORT, str(there.project), kind, file.name]
        try:
            done = subprocess.run(
                command,
                cwd=installed.package,
                env=installed.told,
                timeout=limit,
                check=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            return None
    return Told(**json.loads(done.stdout.splitlines()[-1]))
