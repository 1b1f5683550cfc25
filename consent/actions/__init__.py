"""What this room does for others; each action belongs into the caller's transaction on the research database."""

from consent.actions.publishing import NoticeDiffers, NoticeNotOpen, publish
from consent.actions.receipts import issue_receipt
from consent.actions.recording import (
    ResearchNotAgreed,
    ScopeNotOffered,
    ask,
    expire,
    give,
    refuse,
    renew,
    revoke,
    withdraw,
)
from consent.actions.replaying import NoticeLost, replay
from consent.transitions import TransitionNotAllowed

__all__ = [
    "NoticeDiffers",
    "NoticeLost",
    "NoticeNotOpen",
    "ResearchNotAgreed",
    "ScopeNotOffered",
    "TransitionNotAllowed",
    "ask",
    "expire",
    "give",
    "issue_receipt",
    "publish",
    "refuse",
    "renew",
    "replay",
    "revoke",
    "withdraw",
]
