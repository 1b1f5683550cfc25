"""What this room does for others. Everything is atomic on the identity database and touches no other."""

from identity.actions.consenting import (
    AlreadyAnswered,
    Requested,
    SendingUnknown,
    change_address,
    request_consent,
    resend_consent,
)
from identity.actions.events import record_waiting
from identity.actions.keeping import drop_keep, set_updates
from identity.actions.limits import TooMany, count_attempt, network_of
from identity.actions.links import LinkExpired, LinkStale, LinkUsed, claim, close, unclaim
from identity.actions.mailing import release_mail, send_receipt
from identity.actions.managing import request_manage_link
from identity.addresses import AddressNotValid

__all__ = [
    "AddressNotValid",
    "AlreadyAnswered",
    "LinkExpired",
    "LinkStale",
    "LinkUsed",
    "Requested",
    "SendingUnknown",
    "TooMany",
    "change_address",
    "claim",
    "close",
    "count_attempt",
    "drop_keep",
    "network_of",
    "record_waiting",
    "release_mail",
    "request_consent",
    "request_manage_link",
    "resend_consent",
    "send_receipt",
    "set_updates",
    "unclaim",
]
