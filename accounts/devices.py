"""Roughly which device a request comes from: a browser and a system in one word each. The rest of it is not kept."""

from django.utils.translation import gettext_lazy as _

OTHER = "other"
BROWSERS = {
    "firefox": "Firefox",
    "edge": "Edge",
    "opera": "Opera",
    "chrome": "Chrome",
    "safari": "Safari",
    OTHER: _("Another browser"),
}
SYSTEMS = {
    "android": "Android",
    "ios": _("iPhone or iPad"),
    "windows": "Windows",
    "macos": "macOS",
    "linux": "Linux",
    OTHER: _("another system"),
}
# Each browser names the ones that it is like, too, so the first mark that is found counts.
_BROWSER_MARKS = (
    ("firefox", ("firefox/", "fxios/")),
    ("edge", ("edg/", "edga/", "edgios/")),
    ("opera", ("opr/", "opera")),
    ("chrome", ("chrome/", "crios/", "chromium/")),
    ("safari", ("safari/",)),
)
_SYSTEM_MARKS = (
    ("android", ("android",)),
    ("ios", ("iphone", "ipad", "ipod")),
    ("windows", ("windows",)),
    ("macos", ("macintosh", "mac os")),
    ("linux", ("linux", "x11", "cros")),
)


def browser_of(agent: str) -> str:
    """The browser's word in BROWSERS, by what it says of itself in the header User-Agent."""
    return _first(agent, _BROWSER_MARKS)


def system_of(agent: str) -> str:
    """The system's word in SYSTEMS, by the same header."""
    return _first(agent, _SYSTEM_MARKS)


def _first(agent: str, marks: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    said = agent.lower()
    return next((word for word, found in marks if any(one in said for one in found)), OTHER)
