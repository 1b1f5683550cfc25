"""Keys of one's own at the workbench."""

from collections.abc import Mapping
from uuid import UUID

from annotation.keymap import BUILT, clash, is_key
from annotation.models import KeyMap


class KeysNotValid(Exception):
    """These keys cannot stand: its text is "action" (none of ours), "key" (none that may be had) or "clash"."""


def set_keys(*, staff_id: UUID, keys: Mapping[str, object], letters_off: bool) -> None:
    """Keep this person's keys (action -> key); what is left out is as built. Raises KeysNotValid."""
    own: dict[str, str] = {}
    for action, key in keys.items():
        if action not in BUILT:
            raise KeysNotValid("action")
        if not isinstance(key, str) or not is_key(key):
            raise KeysNotValid("key")
        if key != BUILT[action][0]:
            own[action] = key
    if clash(own) is not None:
        raise KeysNotValid("clash")
    KeyMap.objects.update_or_create(staff_id=staff_id, defaults={"keys": own, "letters_off": letters_off})
