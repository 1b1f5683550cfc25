"""What this room does for others. Everything is atomic on the identity database and touches no other."""

from identity.actions.asking import AlreadyAnswered, Requested
from identity.actions.bouncing import NotForGood, record_bounce
from identity.actions.claiming import request_claim, send_claim_answer
from identity.actions.consenting import SendingUnknown, change_address, request_consent, resend_consent
from identity.actions.events import record_waiting
from identity.actions.gate import NotReplayed, check_replayed
from identity.actions.inviting import (
    OwnAddress,
    allow_invitations,
    can_be_sent,
    remind_invitation,
    request_invitation,
    send_invitation,
    stop_invitations,
)
from identity.actions.keeping import drop_keep, hush, set_updates
from identity.actions.limits import TooMany, count_attempt, network_of
from identity.actions.links import LinkExpired, LinkStale, LinkUsed, claim, close, set_language, unclaim
from identity.actions.mailing import release_mail
from identity.actions.managing import request_manage_link
from identity.actions.more import NotToBeWritten, ask_for_more, drop_more, send_more
from identity.actions.receipts import enclose, send_receipt
from identity.actions.reminding import send_reminder, set_reminders, stop_reminders
from identity.actions.replaying import replay
from identity.actions.telling import drop_updates, stop_updates, write_updates
from identity.addresses import AddressNotValid

__all__ = [
    "AddressNotValid",
    "AlreadyAnswered",
    "LinkExpired",
    "LinkStale",
    "LinkUsed",
    "NotForGood",
    "NotReplayed",
    "NotToBeWritten",
    "OwnAddress",
    "Requested",
    "SendingUnknown",
    "TooMany",
    "allow_invitations",
    "ask_for_more",
    "can_be_sent",
    "change_address",
    "check_replayed",
    "claim",
    "close",
    "count_attempt",
    "drop_keep",
    "drop_more",
    "drop_updates",
    "enclose",
    "hush",
    "network_of",
    "record_bounce",
    "record_waiting",
    "release_mail",
    "remind_invitation",
    "replay",
    "request_claim",
    "request_consent",
    "request_invitation",
    "request_manage_link",
    "resend_consent",
    "send_claim_answer",
    "send_invitation",
    "send_more",
    "send_receipt",
    "send_reminder",
    "set_language",
    "set_reminders",
    "set_updates",
    "stop_invitations",
    "stop_reminders",
    "stop_updates",
    "unclaim",
    "write_updates",
]
