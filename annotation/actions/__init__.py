"""What this room does, for its own views and tasks and for the rooms above it."""

from annotation.actions.comparing import compare
from annotation.actions.handing_out import HandOut, hand_out, take_next
from annotation.actions.keys import KeysNotValid, set_keys
from annotation.actions.leading import NotForThisPerson, TooMany, exclude_many, leave_to_everybody, reassign, reopen
from annotation.actions.leasing import (
    LeaseLost,
    give_all_back,
    give_leases_back,
    put_back,
    release_expired,
    renew_leases,
    view_photo,
)
from annotation.actions.opening import forget_notes, give_back, open_again, open_task
from annotation.actions.reading import TakenBack, submit
from annotation.actions.replaying import replay
from annotation.actions.searching import NotAmongFound, ask, ask_again, look
from annotation.actions.showing_text import TextGone, destroy_old_texts, show_text
from annotation.actions.suggesting import forget_suggestions, keep_faces
from annotation.actions.taking import take_again
from annotation.actions.text_search import ask_for_text, keep_text, put_off_search, take_search, wake_if_waiting
from annotation.actions.undoing import NotYoursToTakeBack, take_back
from annotation.actions.waiting_long import raise_long_waits
from annotation.answers import AnswerNotValid, PersonRead, Said
from annotation.boxes import Box

__all__ = [
    "AnswerNotValid",
    "Box",
    "HandOut",
    "KeysNotValid",
    "LeaseLost",
    "NotAmongFound",
    "NotForThisPerson",
    "NotYoursToTakeBack",
    "PersonRead",
    "Said",
    "TakenBack",
    "TextGone",
    "TooMany",
    "ask",
    "ask_again",
    "ask_for_text",
    "compare",
    "destroy_old_texts",
    "exclude_many",
    "forget_notes",
    "forget_suggestions",
    "give_all_back",
    "give_back",
    "give_leases_back",
    "hand_out",
    "keep_faces",
    "keep_text",
    "leave_to_everybody",
    "look",
    "open_again",
    "open_task",
    "put_back",
    "put_off_search",
    "raise_long_waits",
    "reassign",
    "release_expired",
    "renew_leases",
    "reopen",
    "replay",
    "set_keys",
    "show_text",
    "submit",
    "take_again",
    "take_back",
    "take_next",
    "take_search",
    "view_photo",
    "wake_if_waiting",
]
