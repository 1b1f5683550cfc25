"""What this room does, for its own views and tasks and for the rooms above it."""

from annotation.actions.finding_text import ask_for_text, keep_text, put_off_search, take_search, wake_if_waiting
from annotation.actions.leasing import LeaseLost, put_back, release_expired, renew_lease, take_next, view_photo
from annotation.actions.opening import forget_notes, give_back, open_task, reopen
from annotation.actions.reading import AnswerNotValid, Crop, PersonRead, submit
from annotation.actions.showing_text import TextGone, show_text
from annotation.actions.suggesting import forget_suggestions, keep_faces
from annotation.boxes import Box

__all__ = [
    "AnswerNotValid",
    "Box",
    "Crop",
    "LeaseLost",
    "PersonRead",
    "TextGone",
    "ask_for_text",
    "forget_notes",
    "forget_suggestions",
    "give_back",
    "keep_faces",
    "keep_text",
    "open_task",
    "put_back",
    "put_off_search",
    "release_expired",
    "renew_lease",
    "reopen",
    "show_text",
    "submit",
    "take_next",
    "take_search",
    "view_photo",
    "wake_if_waiting",
]
