"""Where sealed pictures and the log's copies are kept: folders, or buckets of an S3 server (MPM_S3_...)."""

from pathlib import Path
from typing import Any

from mpm_site import env

BUCKET = "mpm_site.bucket.Bucket"


def sealed_bucket() -> str:
    """The bucket of sealed pictures; empty: they are in a folder."""
    return env.text("MPM_S3_BUCKET", "")


def log_bucket() -> str:
    """The bucket of the log's copies; empty: they are in a folder."""
    return env.text("MPM_S3_LOG_BUCKET", "")


def sealed(folder: Path) -> dict[str, Any]:
    """The storage of sealed pictures."""
    if name := sealed_bucket():
        return _bucket(name, replaces=False)
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": folder, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    }


def log(folder: Path) -> dict[str, Any]:
    """The storage of the log's copies."""
    if name := log_bucket():
        return _bucket(name, replaces=True)
    return {"BACKEND": "audit.copies.folder.LogCopies", "OPTIONS": {"location": folder}}


def options(name: str) -> dict[str, Any]:
    """What a Bucket of this name is made with. Without key and secret boto3 looks for a role of the machine's own."""
    return {
        "bucket": name,
        "endpoint": env.text("MPM_S3_ENDPOINT", ""),
        "region": env.text("MPM_S3_REGION", ""),
        "key_id": env.text("MPM_S3_KEY_ID", ""),
        "secret": env.text("MPM_S3_SECRET", ""),
    }


def _bucket(name: str, *, replaces: bool) -> dict[str, Any]:
    return {"BACKEND": BUCKET, "OPTIONS": {**options(name), "replaces": replaces}}
