"""What this room does for others; each action belongs into the caller's transaction on the research database."""

from consent.actions.publishing import NoticeDiffers, publish
from consent.actions.receipts import issue_receipt
from consent.actions.recording import ResearchNotAgreed, ScopeNotOffered, ask, give, refuse, renew, withdraw
from consent.transitions import TransitionNotAllowed

__all__ = [
    "NoticeDiffers",
    "ResearchNotAgreed",
    "ScopeNotOffered",
    "TransitionNotAllowed",
    "ask",
    "give",
    "issue_receipt",
    "publish",
    "refuse",
    "renew",
    "withdraw",
]
