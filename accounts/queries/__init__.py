"""What the staff's own pages, the administrator's pages and the navigation show."""

from accounts.queries.pages import Page, pages_of, urgent_for, waiting_for
from accounts.queries.people import (
    is_there_a_second,
    open_invitations,
    open_reset,
    open_roles,
    people,
    tasks_for,
    waiting_invitations,
    waiting_resets,
    waiting_roles,
)
from accounts.queries.sign_ins import Shown, changes, sign_ins

__all__ = [
    "Page",
    "Shown",
    "changes",
    "is_there_a_second",
    "open_invitations",
    "open_reset",
    "open_roles",
    "pages_of",
    "people",
    "sign_ins",
    "tasks_for",
    "urgent_for",
    "waiting_for",
    "waiting_invitations",
    "waiting_resets",
    "waiting_roles",
]
