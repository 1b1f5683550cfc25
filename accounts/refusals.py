"""What is refused about staff, each by its own name."""


class Refused(Exception):
    """Something about staff was refused; its text is for the person who asked."""


class AlreadyStaff(Refused):
    """The invited address belongs to a staff person."""


class InvitationNotValid(Refused):
    """The invitation was used, withdrawn, or is too old."""


class NotYourself(Refused):
    """Nobody changes their own roles or state."""


class NotAdministrator(Refused):
    """The person acting is no longer an administrator."""


class NeedsAnother(Refused):
    """The administrator who asked for something cannot be the one who agrees to it."""


class NothingToApprove(Refused):
    """Nobody asked for this in the last INVITATION_HOURS hours, or it was done or taken back."""
