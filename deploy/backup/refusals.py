"""Why a backup was not made, or not restored."""


class NotBackedUp(Exception):
    """The backup, its restoration or the keys' second place is not what it must be; the message says why."""
