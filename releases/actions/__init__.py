"""What this room does: releases, and updates on what became of the photos."""

from releases.actions.announcing import announce, announce_due
from releases.actions.building import (
    begin_documents,
    build_again,
    claim_shard,
    finish_build,
    keep_shard,
    leave_out_held,
    seal_file,
)
from releases.actions.cropping import begin_crops, cut_again, fail_crop, keep_crop, refuse_crop, take_crop
from releases.actions.delivering import DeliveryNotPossible, deliver, end_delivery
from releases.actions.dropping import drop, drop_uncovered
from releases.actions.events import ReleaseNotPossible
from releases.actions.fetching import NotHandedOut, fetch
from releases.actions.freezing import freeze
from releases.actions.lettering import send_links, send_reminders
from releases.actions.life import abort, draft, publish
from releases.actions.mailing import mail_updates
from releases.actions.planning import plan
from releases.actions.receiving import RecipientNotPossible, approve_recipient, end_recipient, enter_recipient
from releases.actions.reminding import write_reminders
from releases.actions.replaying import replay
from releases.actions.reporting import ReportNotPossible, report, state_deleted
from releases.actions.restoring import NoticesNotRestored, restore_notices
from releases.actions.retracting import ask_retraction, keep, retract
from releases.actions.updating import UpdateNotPossible, approve_update, draft_update, end_update, write_update
from releases.actions.using import UseNotPossible, end_use, tell_use

__all__ = [
    "DeliveryNotPossible",
    "NotHandedOut",
    "NoticesNotRestored",
    "RecipientNotPossible",
    "ReleaseNotPossible",
    "ReportNotPossible",
    "UpdateNotPossible",
    "UseNotPossible",
    "abort",
    "announce",
    "announce_due",
    "approve_recipient",
    "approve_update",
    "ask_retraction",
    "begin_crops",
    "begin_documents",
    "build_again",
    "claim_shard",
    "cut_again",
    "deliver",
    "draft",
    "draft_update",
    "drop",
    "drop_uncovered",
    "end_delivery",
    "end_recipient",
    "end_update",
    "end_use",
    "enter_recipient",
    "fail_crop",
    "fetch",
    "finish_build",
    "freeze",
    "keep",
    "keep_crop",
    "keep_shard",
    "leave_out_held",
    "mail_updates",
    "plan",
    "publish",
    "refuse_crop",
    "replay",
    "report",
    "restore_notices",
    "retract",
    "seal_file",
    "send_links",
    "send_reminders",
    "state_deleted",
    "take_crop",
    "tell_use",
    "write_reminders",
    "write_update",
]
