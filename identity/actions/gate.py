"""What a restored database of addresses refuses, until it knows again who was deleted."""

from identity.queries import is_replayed


class NotReplayed(RuntimeError):
    """This database was restored from a backup, and whom the log says to be deleted may be back in it."""


def check_replayed() -> None:
    """Raise NotReplayed for a database that lacks deletions, and where nobody can say whether it does."""
    if not is_replayed():
        raise NotReplayed("The identity database was restored from a backup; run `manage.py replay_erasures`.")
