"""What is done about staff, each with its entry in the log: by id only, never by address or name."""

from accounts.actions.inviting import approve_invitation, invite, join, withdraw_invitation
from accounts.actions.mailing import send_invitations, tell_changes
from accounts.actions.own_sign_in import (
    end_other_sessions,
    end_sessions,
    forget_old_sign_ins,
    note_change,
    note_sign_in,
    rename_session,
)
from accounts.actions.people import approve_roles, change_roles, deactivate, drop_roles
from accounts.actions.resetting import approve_reset, ask_reset, end_factors, reactivate
from accounts.refusals import (
    AlreadyStaff,
    InvitationNotValid,
    NeedsAnother,
    NotAdministrator,
    NothingToApprove,
    NotYourself,
    Refused,
)

__all__ = [
    "AlreadyStaff",
    "InvitationNotValid",
    "NeedsAnother",
    "NotAdministrator",
    "NotYourself",
    "NothingToApprove",
    "Refused",
    "approve_invitation",
    "approve_reset",
    "approve_roles",
    "ask_reset",
    "change_roles",
    "deactivate",
    "drop_roles",
    "end_factors",
    "end_other_sessions",
    "end_sessions",
    "forget_old_sign_ins",
    "invite",
    "join",
    "note_change",
    "note_sign_in",
    "reactivate",
    "rename_session",
    "send_invitations",
    "tell_changes",
    "withdraw_invitation",
]
