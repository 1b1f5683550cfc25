"""What this room does, for its own views and tasks and for the rooms above it."""

from contributions.actions.agreeing import agree, decline
from contributions.actions.answering import answer
from contributions.actions.campaigning import NotAReason, move_campaign
from contributions.actions.changing import change
from contributions.actions.claiming import TooManyClaims
from contributions.actions.completing import complete
from contributions.actions.erasing import destroy_preview, destroy_received, erase
from contributions.actions.framing import NotAFrame, frame_photo
from contributions.actions.giving import Added, add_photo, remove_photo, start, stop
from contributions.actions.invited import answer_invitation, put_off, stop_invitations
from contributions.actions.inviting import invite, lapse_invitations, lapse_unanswered
from contributions.actions.leaving import lapse, lapse_sending, take_out, wake_erasure
from contributions.actions.marking import add_person, date_photo, edit_person, move_person, remove_person, set_nobody
from contributions.actions.opening import open_link
from contributions.actions.rebuilding import accept, refuse
from contributions.actions.receipts import Decided
from contributions.actions.refusals import (
    AdultNotConfirmed,
    AgeNotClear,
    AlreadyInvited,
    AlreadyYou,
    CampaignNotOpen,
    MarkedElsewhere,
    NotInvited,
    NotSaid,
    PeopleMarked,
    TooManyInvited,
    TooManyPeople,
)
from contributions.actions.replaying import replay
from contributions.actions.revoking import revoke
from contributions.actions.sending import SendingIncomplete, readdress, send, send_again, tie
from contributions.actions.settling import NotACandidate
from contributions.actions.steps import open_steps, repeat_steps, run, unpark, wake
from contributions.actions.withdrawing import WithdrawalOver, cancel, erase_now, withdraw
from contributions.limits import NotAdded
from contributions.transitions import TransitionNotAllowed

__all__ = [
    "Added",
    "AdultNotConfirmed",
    "AgeNotClear",
    "AlreadyInvited",
    "AlreadyYou",
    "CampaignNotOpen",
    "Decided",
    "MarkedElsewhere",
    "NotACandidate",
    "NotAFrame",
    "NotAReason",
    "NotAdded",
    "NotInvited",
    "NotSaid",
    "PeopleMarked",
    "SendingIncomplete",
    "TooManyClaims",
    "TooManyInvited",
    "TooManyPeople",
    "TransitionNotAllowed",
    "WithdrawalOver",
    "accept",
    "add_person",
    "add_photo",
    "agree",
    "answer",
    "answer_invitation",
    "cancel",
    "change",
    "complete",
    "date_photo",
    "decline",
    "destroy_preview",
    "destroy_received",
    "edit_person",
    "erase",
    "erase_now",
    "frame_photo",
    "invite",
    "lapse",
    "lapse_invitations",
    "lapse_sending",
    "lapse_unanswered",
    "move_campaign",
    "move_person",
    "open_link",
    "open_steps",
    "put_off",
    "readdress",
    "refuse",
    "remove_person",
    "remove_photo",
    "repeat_steps",
    "replay",
    "revoke",
    "run",
    "send",
    "send_again",
    "set_nobody",
    "start",
    "stop",
    "stop_invitations",
    "take_out",
    "tie",
    "unpark",
    "wake",
    "wake_erasure",
    "withdraw",
]
