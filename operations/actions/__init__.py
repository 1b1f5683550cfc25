"""What changes the account of how the site runs."""

from operations.actions.beating import beat, keep
from operations.actions.looking import look
from operations.actions.mailing import mail_alarms

__all__ = ["beat", "keep", "look", "mail_alarms"]
