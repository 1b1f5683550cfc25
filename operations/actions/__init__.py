"""What changes the account of how the site runs."""

from operations.actions.beating import beat, keep, keep_told
from operations.actions.looking import look
from operations.actions.mailing import mail_alarms

__all__ = ["beat", "keep", "keep_told", "look", "mail_alarms"]
