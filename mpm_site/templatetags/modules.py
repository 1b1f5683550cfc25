"""The import map: modules name each other as "mpm/x.js", the browser fetches the file under its hashed name.

Relative imports would fetch the name without a hash, which may be stale; so every module imports by these names only.
"""

import json
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# Folder under static/ -> first part of a module's name.
FOLDERS = {"js": "mpm", "vendor": "vendor"}


@lru_cache(maxsize=1)
def module_files() -> dict[str, str]:
    """Every module's name and its path under static/; read once, the files do not change under a running process."""
    root = Path(settings.STATICFILES_DIRS[0])
    return {
        f"{name}/{file.relative_to(root / folder).as_posix()}": file.relative_to(root).as_posix()
        for folder, name in FOLDERS.items()
        for file in sorted((root / folder).rglob("*"))
        if file.suffix in {".js", ".mjs"}
    }


@register.simple_tag
def import_map() -> SafeString:
    """The import map's JSON, safe inside a script element."""
    names = {name: static(path) for name, path in module_files().items()}
    return _escaped({"imports": names})


def _escaped(value: object) -> SafeString:
    text = json.dumps(value, separators=(",", ":"))
    return mark_safe(text.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026"))  # noqa: S308
