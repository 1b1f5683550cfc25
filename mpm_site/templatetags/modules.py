"""The import map: modules name each other as "mpm/x.js", the browser fetches the file under its hashed name.

Relative imports would fetch the name without a hash, which may be stale; so every module imports by these names only.
What a page's module imports, and what that imports in turn, is named to the browser at once: else it would learn of
each file only from the one before.
"""

import json
import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# Folder under static/ -> first part of a module's name.
FOLDERS = {"js": "mpm", "vendor": "vendor"}
IMPORTED = re.compile(r'^import\b[^;"]*"([^"]+)";', re.MULTILINE)


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


@lru_cache
def needed_by(entry: str) -> tuple[str, ...]:
    """The names of this module and of all that it comes to import, in the order in which they are met."""
    root, found = Path(settings.STATICFILES_DIRS[0]), [entry]
    for name in found:
        imported = IMPORTED.findall((root / module_files()[name]).read_text())
        found += [other for other in dict.fromkeys(imported) if other not in found]
    return tuple(found)


@register.simple_tag
def preloads(entry: str) -> SafeString:
    """Links that have a page's module, such as mpm/give/photos.js, and all that it needs fetched side by side."""
    addresses = ((static(module_files()[name]),) for name in needed_by(entry))
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', addresses)


@register.simple_tag
def import_map() -> SafeString:
    """The import map's JSON, safe inside a script element."""
    names = {name: static(path) for name, path in module_files().items()}
    return _escaped({"imports": names})


def _escaped(value: object) -> SafeString:
    text = json.dumps(value, separators=(",", ":"))
    return mark_safe(text.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026"))  # noqa: S308
