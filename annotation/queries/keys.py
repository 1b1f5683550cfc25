"""The keys of one person's workbench."""

from typing import Any
from uuid import UUID

from annotation.keymap import BUILT
from annotation.models import KeyMap


def keymap_of(staff_id: UUID) -> dict[str, Any]:
    """{"actions": [{"name", "words", "built", "key"}], "letters_off": bool}, in the order of the list of keys."""
    own = KeyMap.objects.filter(pk=staff_id).first()
    keys = own.keys if own else {}
    return {
        "actions": [
            {"name": name, "words": str(words), "built": built, "key": keys.get(name, built)}
            for name, (built, words) in BUILT.items()
        ],
        "letters_off": own is not None and own.letters_off,
    }
