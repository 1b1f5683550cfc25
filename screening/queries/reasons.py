"""Why screening holds a photo, in plain words: a sentence for each code, with the figures that the finding has."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from screening.codes import CodeKind
from screening.models import PhotoHash, RulingReason

Facts = Mapping[str, Any]
BITS: Final = 256
# What each kind of code is called in a filter and under a bar: the code up to its first colon.
LABELS: Final[dict[str, str | Promise]] = {
    CodeKind.KNOWN: gettext_lazy("Known list"),
    CodeKind.CLASSIFIER: gettext_lazy("Classifier"),
    CodeKind.CLASSIFIER_FAILED: gettext_lazy("Classifier failed"),
    CodeKind.LIST_MISSING: gettext_lazy("List missing"),
    CodeKind.LIST_STALE: gettext_lazy("List too old"),
    CodeKind.LIST_EMPTY: gettext_lazy("List empty"),
    CodeKind.DIGEST_MISSING: gettext_lazy("No digest"),
    CodeKind.HASH_QUALITY_LOW: gettext_lazy("Weak hash"),
    CodeKind.NOT_HASHED: gettext_lazy("No hash"),
    CodeKind.NOT_MATCHED: gettext_lazy("Not looked up"),
    CodeKind.NOT_CLASSIFIED: gettext_lazy("Not classified"),
    CodeKind.HOLD_WITHOUT_OFFICERS: gettext_lazy("Officers of a hold lost"),
    CodeKind.REPORTED: gettext_lazy("Reported by staff"),
}


def label_of(kind: str) -> str:
    """What a kind of code is called; an unknown one by itself."""
    return str(LABELS.get(kind) or _ruled(kind) or kind)


def sentence(code: str, facts: Facts) -> str:
    """One code as a sentence; `facts` are the finding's own (screening.models.Finding)."""
    kind, colon, about = code.partition(":")
    # An officer's own reason can be the word of a kind of code.
    if not colon and _ruled(kind):
        return _("An officer ruled: %(reason)s.") % {"reason": _ruled(kind)}
    says = _SAYS.get(kind)
    return says(about, facts) if says else code


def taken_back(code: str) -> str:
    """A code of a match that is found no more, as a sentence."""
    return _("List %(list)s took the hash back: no list has it any more.") % {"list": code.partition(":")[2]}


def match_in_words(match: Facts) -> str:
    """One match of a known list: which list, of what it is, how near. `match` stands in a finding's facts."""
    told = match["list"]
    if match.get("material"):
        told = f"{told} ({match['material']})"
    if match.get("kind") != "pdq":
        return _("List %(list)s has exactly these bytes.") % {"list": told}
    return _("List %(list)s has a picture like it (%(form)s: %(distance)d of %(bits)d bits differ).") % {
        "list": told,
        "distance": match["distance"],
        "bits": BITS,
        "form": _form(str(match.get("form", PhotoHash.Form.WHOLE))),
    }


def _form(value: str) -> str:
    return str(dict(PhotoHash.Form.choices).get(value, value))


def _ruled(reason: str) -> str:
    return str(RulingReason(reason).label) if reason in RulingReason.values else ""


def _known(about: str, facts: Facts) -> str:
    told = [match_in_words(match) for match in facts.get("matches", []) if match["list"] == about]
    return " ".join(told) or _("It stands on the known list %(list)s.") % {"list": about}


def _scored(about: str, facts: Facts) -> str:
    score = facts.get("scores", {}).get(about, {})
    if "score" not in score:
        return _("The classifier %(name)s found it likely unsafe.") % {"name": about}
    told = {"name": about, "score": f"{float(score['score']):.2f}"}
    if "threshold" not in score:
        return _("The classifier %(name)s found it %(score)s likely unsafe (0 is safe, 1 is not).") % told
    told["threshold"] = f"{float(score['threshold']):g}"
    return _("The classifier %(name)s found it %(score)s likely unsafe (threshold %(threshold)s).") % told


def _weak(_about: str, facts: Facts) -> str:
    quality = facts.get("quality")
    values = [int(value) for value in quality.values()] if isinstance(quality, dict) else []
    if not values:
        return _("Its hash could not be trusted: the picture has too little detail.")
    return _("Its hash could not be trusted (quality %(quality)d of 100): the picture has too little detail.") % {
        "quality": min(values)
    }


def _about_list(text: Promise) -> Callable[[str, Facts], str]:
    return lambda about, _facts: str(text) % {"list": about}


def _plainly(text: Promise) -> Callable[[str, Facts], str]:
    return lambda _about, _facts: str(text)


_SAYS: Final[dict[str, Callable[[str, Facts], str]]] = {
    CodeKind.KNOWN: _known,
    CodeKind.CLASSIFIER: _scored,
    CodeKind.HASH_QUALITY_LOW: _weak,
    CodeKind.CLASSIFIER_FAILED: _about_list(gettext_lazy("The classifier %(list)s gave no answer.")),
    CodeKind.LIST_MISSING: _about_list(gettext_lazy("List %(list)s was not there when it was checked.")),
    CodeKind.LIST_STALE: _about_list(gettext_lazy("List %(list)s was too old when it was checked.")),
    CodeKind.LIST_EMPTY: _about_list(gettext_lazy("List %(list)s was empty when it was checked.")),
    CodeKind.DIGEST_MISSING: _plainly(gettext_lazy("The bytes as sent had no digest to look up.")),
    CodeKind.NOT_HASHED: _plainly(gettext_lazy("Its hash could not be made.")),
    CodeKind.NOT_MATCHED: _plainly(gettext_lazy("It was not looked up in the known lists.")),
    CodeKind.NOT_CLASSIFIED: _plainly(gettext_lazy("No classifier looked at it.")),
    CodeKind.REPORTED: _plainly(gettext_lazy("Somebody who was to read the photo called it unsafe.")),
    CodeKind.HOLD_WITHOUT_OFFICERS: _plainly(
        gettext_lazy("A restored backup has lost the officers of its legal hold; the page of legal holds goes on.")
    ),
}
