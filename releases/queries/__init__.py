"""What this room knows, for its own pages and builder and for the auditor's desk, the log's check and the public."""

from releases.queries.building import Progress, is_parked, is_written, progress
from releases.queries.course import course_of, digest_of_reason, rules_in_words
from releases.queries.crops import parked_crops, preparing
from releases.queries.desk import Badge, Task, badges, hindrance, tasks_for
from releases.queries.feed import (
    Waiting,
    feed,
    feed_tag,
    newest_notice,
    publishable_from,
    waiting_items,
    waiting_withdrawals,
)
from releases.queries.files import File, files_of
from releases.queries.handed import Closed, Copy, closed_of, copies, link_state
from releases.queries.holding import Behind, Holding, behind_of, fetched_shards, holding_of, holdings
from releases.queries.items import given_out, left_since
from releases.queries.key import key_fingerprint
from releases.queries.news import public_news
from releases.queries.offering import Offer, closed, closed_paths, file_of, is_still_open, note_of, offers, standing_of
from releases.queries.person import person_panel
from releases.queries.receiving import (
    deliverable,
    deliveries,
    delivery_by_token,
    may_report,
    open_deliveries,
    recipient_with_deliveries,
    recipients,
    refusal,
)
from releases.queries.releasing import (
    audit_panel,
    missing_by_log,
    open_release,
    published,
    releases,
    waiting_builds,
)
from releases.queries.system import system_figures
from releases.queries.told import Told, told_last
from releases.queries.updating import (
    PublicUpdate,
    digest_of,
    mailing_of,
    number_or_few,
    public_updates,
    updates,
    updates_to_mail,
)
from releases.queries.uses import releases_given_out, users, uses
from releases.queries.versions import Version, version, version_name, version_url
from releases.queries.why import Why, items_of, photo_called, rules_for, why

__all__ = [
    "Badge",
    "Behind",
    "Closed",
    "Copy",
    "File",
    "Holding",
    "Offer",
    "Progress",
    "PublicUpdate",
    "Task",
    "Told",
    "Version",
    "Waiting",
    "Why",
    "audit_panel",
    "badges",
    "behind_of",
    "closed",
    "closed_of",
    "closed_paths",
    "copies",
    "course_of",
    "deliverable",
    "deliveries",
    "delivery_by_token",
    "digest_of",
    "digest_of_reason",
    "feed",
    "feed_tag",
    "fetched_shards",
    "file_of",
    "files_of",
    "given_out",
    "hindrance",
    "holding_of",
    "holdings",
    "is_parked",
    "is_still_open",
    "is_written",
    "items_of",
    "key_fingerprint",
    "left_since",
    "link_state",
    "mailing_of",
    "may_report",
    "missing_by_log",
    "newest_notice",
    "note_of",
    "number_or_few",
    "offers",
    "open_deliveries",
    "open_release",
    "parked_crops",
    "person_panel",
    "photo_called",
    "preparing",
    "progress",
    "public_news",
    "public_updates",
    "publishable_from",
    "published",
    "recipient_with_deliveries",
    "recipients",
    "refusal",
    "releases",
    "releases_given_out",
    "rules_for",
    "rules_in_words",
    "standing_of",
    "system_figures",
    "tasks_for",
    "told_last",
    "updates",
    "updates_to_mail",
    "users",
    "uses",
    "version",
    "version_name",
    "version_url",
    "waiting_builds",
    "waiting_items",
    "waiting_withdrawals",
    "why",
]
