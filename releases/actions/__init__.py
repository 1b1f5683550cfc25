"""What this room does: releases, and updates on what became of the photos."""

from releases.actions.releasing import (
    ReleaseNotPossible,
    abort,
    begin_build,
    download,
    draft,
    drop,
    finish_build,
    freeze,
    publish,
)
from releases.actions.updating import UpdateNotPossible, approve_update, draft_update, end_update, write_update

__all__ = [
    "ReleaseNotPossible",
    "UpdateNotPossible",
    "abort",
    "approve_update",
    "begin_build",
    "download",
    "draft",
    "draft_update",
    "drop",
    "end_update",
    "finish_build",
    "freeze",
    "publish",
    "write_update",
]
