"""What the log says of a known list: its name, its version and how many hashes came and went; never one of them."""

from audit.models import EventKind

LIST_IMPORTED = EventKind(
    "list:imported",
    "The known list {name} reached version {version}: {added} hashes came, {taken} were taken back.",
    fields=("name", "version", "added", "taken"),
)
