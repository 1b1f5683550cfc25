"""What the log says of a known list: its name, its version, how many hashes came and went; never one of them.

In a module of its own, so that pages know the sentence without loading what imports lists.
"""

from audit.models import EventKind

LIST_IMPORTED = EventKind(
    "list:imported",
    "The known list {name} reached version {version}: {added} hashes came, {taken} were taken back.",
    fields=("name", "version", "added", "taken"),
)
