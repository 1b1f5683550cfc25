"""What this room knows, for its own pages and builder and for the auditor's desk, the log's check and the public."""

from releases.queries.news import public_news
from releases.queries.releasing import (
    audit_panel,
    is_downloadable,
    missing_by_log,
    open_release,
    releases,
    standing_items,
    waiting_builds,
)
from releases.queries.updating import PublicUpdate, digest_of, public_updates, updates

__all__ = [
    "PublicUpdate",
    "audit_panel",
    "digest_of",
    "is_downloadable",
    "missing_by_log",
    "open_release",
    "public_news",
    "public_updates",
    "releases",
    "standing_items",
    "updates",
    "waiting_builds",
]
