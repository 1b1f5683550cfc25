"""Where each file of a release lies in its bag."""

from pathlib import Path
from typing import Final

README: Final = "README.md"
DATASHEET: Final = "datasheet.md"
DATASHEET_PAGE: Final = "datasheet.html"
CHANGES: Final = "changes.md"
CHANGES_PAGE: Final = "changes.html"
CROISSANT: Final = "croissant.json"
TERMS: Final = "terms.json"
VOCABULARY: Final = "vocabulary.json"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
PUBLIC_KEY: Final = "public-key.pem"
PROGRAM: Final = "mpm_release.py"
# The one file that is the same in every release.
PROGRAM_SOURCE: Final = Path(__file__).resolve().parents[1] / "standalone" / PROGRAM
BAGIT: Final = "bagit.txt"
BAG_INFO: Final = "bag-info.txt"
PAYLOAD: Final = "manifest-sha256.txt"
TAGS: Final = "tagmanifest-sha256.txt"
SUMS: Final = "SHA256SUMS"
# What tells of photos lies in it; what lies beside it tells of none.
PAYLOAD_FOLDER: Final = "data/"
SHARDS_FOLDER: Final = f"{PAYLOAD_FOLDER}shards/"
ANNOTATIONS: Final = "data/annotations.json"
IMAGES: Final = "data/images.parquet"
PEOPLE: Final = "data/people.parquet"


def notice(version: str, language: str) -> str:
    """Where a version of the notice lies."""
    return f"notices/{version}-{language}.md"
