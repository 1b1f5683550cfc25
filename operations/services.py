"""What this process needs of others, each by its name and whether it answers now (settings.TOLD_CHECKS)."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.db import Error, connections
from django.utils.module_loading import import_string


def services() -> Mapping[str, bool]:
    """The databases of this process, and what the settings name."""
    found = {f"database_{alias}": _answers(alias) for alias in settings.DATABASES if alias != "auditor"}
    for name, check in settings.TOLD_CHECKS.items():
        ask: Callable[[], bool] = import_string(check)
        found[name] = ask()
    return found


def _answers(alias: str) -> bool:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True
