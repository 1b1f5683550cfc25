"""The virtual environment and the Python packages in it, from the locked files: each file's digest is checked."""

import ast
import importlib.util
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.local.progress import StepFailed, run
from deploy.local.state import CHECKOUT

VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
# A lock names everything that is to be there, and leaves out what a machine could not build.
AS_LOCKED = ("--require-hashes", "--no-deps")
LOCKS = CHECKOUT / "deploy" / "local" / "locks"


def is_usable() -> bool:
    """Whether the virtual environment is there and its Python still works and is in range."""
    probe = "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))"
    try:
        run([PYTHON, "-c", probe], cwd=CHECKOUT)
    except StepFailed:
        return False
    return True


def make_environment(at: Path = VENV) -> None:
    """Make the virtual environment anew with the Python that runs this. Raises StepFailed when a part is missing."""
    shutil.rmtree(at, ignore_errors=True)
    if uv := shutil.which("uv"):
        run([uv, "venv", "--quiet", "--python", sys.executable, at], cwd=CHECKOUT)
    elif importlib.util.find_spec("ensurepip") is not None:
        run([sys.executable, "-m", "venv", at], cwd=CHECKOUT)
    else:
        name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise StepFailed(f"Python's venv module is missing. On Debian or Ubuntu: apt-get install {name}")


def install(requirements: Sequence[Path], *, into: Path = VENV) -> str:
    """Install the locked files, by uv where it can be had (it is several times faster), else by pip; which one it was.

    Raises StepFailed.
    """
    python = into / "bin" / "python"
    files = [argument for file in requirements for argument in ("-r", str(file))]
    if uv := _uv():
        command: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", python, *AS_LOCKED, *files]
        try:
            run(command, cwd=CHECKOUT, env={**os.environ, **_settings_for_uv()})
        except StepFailed:
            # A site's own index or certificates may be known to pip alone.
            pass
        else:
            return "uv"
    run([*_pip(), "--python", str(python), "install", "--quiet", *AS_LOCKED, *files], cwd=CHECKOUT)
    return "pip"


def _uv() -> str | None:
    if found := shutil.which("uv"):
        return found
    own = VENV / "bin" / "uv"
    if not own.exists():
        try:
            run([*_pip(), "install", "--quiet", "--require-hashes", "-r", str(LOCKS / "uv.txt")], cwd=CHECKOUT)
        except StepFailed:
            return None
    return str(own)


def _pip() -> list[str]:
    if not any((VENV / "lib").glob("python3*/site-packages/pip/__init__.py")):
        run([PYTHON, "-m", "ensurepip"], cwd=CHECKOUT)
    return [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]


def _settings_for_uv() -> dict[str, str]:
    """The package index and the certificates that pip was told to use: uv does not read pip's settings."""
    told = _settings_of_pip()
    found: dict[str, str] = {}
    if not any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL")):
        found["UV_DEFAULT_INDEX"] = told.get("index-url", "")
    if "SSL_CERT_FILE" not in os.environ:
        found["SSL_CERT_FILE"] = told.get("cert", "")
    return {name: value for name, value in found.items() if value}


def _settings_of_pip() -> dict[str, str]:
    """What pip's files and variables say. `pip config get` would leave out the machine's file and the variables."""
    try:
        lines = run([PYTHON, "-m", "pip", "config", "list"], cwd=CHECKOUT).splitlines()
    except StepFailed:
        return {}
    pairs = dict(line.split("=", 1) for line in lines if "=" in line)
    return {
        name.removeprefix(scope): str(ast.literal_eval(value))
        for scope in ("global.", "install.", ":env:.")
        for name, value in pairs.items()
        if name.startswith(scope) and value[:1] in {"'", '"'}
    }
