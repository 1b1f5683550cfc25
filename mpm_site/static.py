"""Static files under names that hold their digest, and only kinds of file that a browser asks for."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage

ALLOWED = frozenset(
    {".css", ".ico", ".js", ".jpg", ".json", ".mjs", ".png", ".svg", ".txt", ".wasm", ".webmanifest", ".webp", ".woff2"}
)


class FileNotAllowed(SuspiciousFileOperation):
    """A file under static/ is of a kind that is not served."""


class AllowListedManifest(ManifestStaticFilesStorage):
    """Refuses to publish anything but the kinds above, so that a stray key, dump or source map is noticed."""

    manifest_strict = True

    def post_process(
        self, paths: dict[str, Any], *args: Any, **options: Any
    ) -> Iterator[tuple[str, str, bool] | tuple[str, None, RuntimeError]]:
        """Give each file its name with digest. Raises FileNotAllowed."""
        for name in paths:
            if PurePosixPath(name).suffix not in ALLOWED:
                raise FileNotAllowed(f"static/{name} is not of a kind that is served (mpm_site/static.py).")
        yield from super().post_process(paths, *args, **options)


class CampaignLogo(BaseFinder):
    """Finds one file outside static/: the campaign's logo, as campaign/NAME. Nothing else of its folder is served."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, FileSystemStorage]]:
        """The logo, in its folder."""
        storage = FileSystemStorage(location=settings.CAMPAIGN_DIR)
        storage.prefix = "campaign"  # type: ignore[attr-defined]  # how finders name the folder that files are put into
        return [(str(settings.CAMPAIGN["logo"]), storage)]

    def find(self, path: str, **_options: Any) -> Any:  # type: ignore[override]  # it has one file
        """Where the logo is, when it is asked for; else nothing."""
        return (
            str(settings.CAMPAIGN_DIR / str(settings.CAMPAIGN["logo"]))
            if path == settings.CAMPAIGN["logo_file"]
            else []
        )
