"""What the workbench can do by a key, and the keys as built."""

import re
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotation.models import Exclusion

# In the order of the list of keys. Tab, arrows, Delete, Escape and the digits 1 to 9 always mean what they say there.
BUILT: Final[dict[str, tuple[str, Promise | str]]] = {
    "save": ("Enter", _("Save, next")),
    "as_said": ("a", _("As the contributor said, next")),
    "add": ("n", _("Add a person")),
    "face": ("f", _("Take the next suggested person")),
    "count": ("c", _("Count of people")),
    "describe": ("d", _("Description")),
    "border": ("b", _("Border: four corners")),
    "found": ("u", _("Use the suggested border")),
    "text": ("t", _("Text on the print")),
    "cover": ("k", _("Cover something")),
    "zoom_in": ("+", _("Larger")),
    "zoom_out": ("-", _("Smaller")),
    "fit": ("0", _("All of it")),
    "rotate": ("r", _("Turn")),
    "brighter": ("]", _("Lighter")),
    "darker": ("[", _("Darker")),
    "exclude": ("x", _("Exclude, then the letter of the reason")),
    "undecided": ("q", _("Cannot decide")),
    "not_now": ("s", _("Not now")),
    "undo": ("z", _("Undo, also after saving")),
    "last": ("h", _("My last photos")),
    "keys": ("?", _("This list")),
}
# A reason's letter after "exclude".
LETTERS: Final[dict[Exclusion, str]] = {
    Exclusion.UNSAFE: "u",
    Exclusion.NOT_CHILDHOOD: "n",
    Exclusion.NOT_A_PHOTO: "p",
    Exclusion.CONSENT_UNCLEAR: "c",
    Exclusion.MISSING_CONSENT: "m",
    Exclusion.DUPLICATE: "d",
    Exclusion.QUALITY: "q",
    Exclusion.IDENTIFYING_TEXT: "t",
    Exclusion.OTHER: "o",
}
# One character that is neither space nor one of the digits 1 to 9, with which ages begin; Enter; or a function key.
_KEY = re.compile(r"[^\s1-9A-Z]|Enter|F(?:[1-9]|1[0-2])")


def is_key(key: object) -> bool:
    """Whether an action may have this key, as KeyboardEvent.key names it, letters small."""
    return isinstance(key, str) and key.isprintable() and _KEY.fullmatch(key) is not None


def clash(keys: dict[str, str]) -> str | None:
    """A key that two actions would have if `keys` (action -> key) stood over the built ones; None when all differ."""
    whole = [keys.get(action, key) for action, (key, _words) in BUILT.items()]
    return next((key for key in whole if whole.count(key) > 1), None)
