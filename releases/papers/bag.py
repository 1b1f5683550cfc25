"""The release as a bag (BagIt 1.0, RFC 8493), and as coreutils check it."""

from collections.abc import Iterable

from releases.papers import paths
from releases.papers.described import Described, Listed


def declaration() -> bytes:
    """bagit.txt."""
    return b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def info(told: Described) -> bytes:
    """bag-info.txt: whose it is, and how many bytes in how many files lie under data/."""
    payload = [file for file in told.files if file.path.startswith(paths.PAYLOAD_FOLDER)]
    lines = {
        "Source-Organization": told.campaign["institution"],
        "Organization-Address": told.campaign["address"],
        "Contact-Email": told.campaign["contact"],
        "External-Description": told.title,
        "External-Identifier": f"urn:uuid:{told.release.id}",
        "Bagging-Date": told.frozen_at.date().isoformat(),
        "Payload-Oxum": f"{sum(file.size for file in payload)}.{len(payload)}",
        "Bag-Group-Identifier": f"my-pictures-matter-{told.release.audience}",
        "Internal-Sender-Identifier": told.name,
    }
    return "".join(f"{label}: {value}\n" for label, value in lines.items()).encode()


def sums(files: Iterable[Listed]) -> bytes:
    """A line for each file as `sha256sum` writes it, sorted by path."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in sorted(files, key=lambda file: file.path)).encode()
