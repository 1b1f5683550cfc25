"""Plain lines that say what is being done and how long it took; no cursor movements, so that logs read well."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HEARTBEAT_SECONDS = 10


class StepFailed(Exception):
    """A step could not be done; the message says what to do about it."""


class Progress:
    """Counts the steps of one run of a command."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._step = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Say the step's name, then the seconds that it took."""
        self._step += 1
        started = time.monotonic()
        say(f"[{self._step}/{self._steps}] {name} ...")
        yield
        say(f"[{self._step}/{self._steps}] {name}: {time.monotonic() - started:.1f} s")

    def skip(self, name: str) -> None:
        """Count a step that has nothing to do."""
        self._step += 1
        say(f"[{self._step}/{self._steps}] {name}: up to date")


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)  # noqa: T201 -- the command line is where this is read


def run(command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a command that may take minutes, saying every few seconds that it still works; its output.

    Raises StepFailed with the end of its output when it fails or is not there.
    """
    started = time.monotonic()
    try:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise StepFailed(f"{command[0]} could not be started: {error}") from error
    try:
        while True:
            try:
                output, _ = process.communicate(timeout=HEARTBEAT_SECONDS)
            except subprocess.TimeoutExpired:
                say(f"      still working ({time.monotonic() - started:.0f} s)")
            else:
                break
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode:
        end = "\n".join(output.splitlines()[-25:])
        raise StepFailed(f"{end}\nThis command failed: {' '.join(map(str, command))}")
    return output
