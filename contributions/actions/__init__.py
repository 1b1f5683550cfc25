"""What this room does, for its own views and tasks and for the rooms above it."""

from contributions.actions.answering import answer, change
from contributions.actions.completing import complete
from contributions.actions.erasing import destroy_preview, destroy_received, erase
from contributions.actions.giving import Added, add_photo, remove_photo, start, stop
from contributions.actions.leaving import WithdrawalOver, cancel, erase_now, lapse, lapse_sending, withdraw
from contributions.actions.marking import (
    AdultNotConfirmed,
    AgeNotClear,
    AlreadyYou,
    NotSaid,
    PeopleMarked,
    TooManyPeople,
    add_person,
    edit_person,
    move_person,
    remove_person,
    set_nobody,
)
from contributions.actions.rebuilding import accept, refuse
from contributions.actions.receipts import Decided
from contributions.actions.sending import SendingIncomplete, readdress, send, send_again, tie
from contributions.actions.steps import open_steps, run, unpark, wake
from contributions.limits import NotAdded
from contributions.transitions import TransitionNotAllowed

__all__ = [
    "Added",
    "AdultNotConfirmed",
    "AgeNotClear",
    "AlreadyYou",
    "Decided",
    "NotAdded",
    "NotSaid",
    "PeopleMarked",
    "SendingIncomplete",
    "TooManyPeople",
    "TransitionNotAllowed",
    "WithdrawalOver",
    "accept",
    "add_person",
    "add_photo",
    "answer",
    "cancel",
    "change",
    "complete",
    "destroy_preview",
    "destroy_received",
    "edit_person",
    "erase",
    "erase_now",
    "lapse",
    "lapse_sending",
    "move_person",
    "open_steps",
    "readdress",
    "refuse",
    "remove_person",
    "remove_photo",
    "run",
    "send",
    "send_again",
    "set_nobody",
    "start",
    "stop",
    "tie",
    "unpark",
    "wake",
    "withdraw",
]
