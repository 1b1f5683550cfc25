"""Backups: both databases, sealed objects, copies of the log; never a key. The second place of the keys."""
