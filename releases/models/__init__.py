"""Releases and what is in them, who holds them, what they are told to delete, and updates for everybody."""

from releases.models.cropping import Crop
from releases.models.leaving import NoticeItem, WithdrawalNotice
from releases.models.receiving import Delivery, Download, PruneReport, Recipient, Reminder, Use
from releases.models.releasing import Audience, Item, PublicId, Readings, Release, ReleaseFile, Shard, Split
from releases.models.updating import Update, UpdateText

__all__ = [
    "Audience",
    "Crop",
    "Delivery",
    "Download",
    "Item",
    "NoticeItem",
    "PruneReport",
    "PublicId",
    "Readings",
    "Recipient",
    "Release",
    "ReleaseFile",
    "Reminder",
    "Shard",
    "Split",
    "Update",
    "UpdateText",
    "Use",
    "WithdrawalNotice",
]
