"""Why screening holds a photo, in plain words: a sentence for each code, with the figures that the finding has."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from screening.models import PhotoHash, RulingReason
from screening.queries.gate import HOLD_WITHOUT_OFFICERS

Facts = Mapping[str, Any]
BITS: Final = 256
# What each kind of code is called in a filter and under a bar: the code up to its first colon.
LABELS: Final[dict[str, str | Promise]] = {
    "known": gettext_lazy("Known list"),
    "classifier": gettext_lazy("Classifier"),
    "classifier_failed": gettext_lazy("Classifier failed"),
    "list_missing": gettext_lazy("List missing"),
    "list_stale": gettext_lazy("List too old"),
    "list_empty": gettext_lazy("List empty"),
    "digest_missing": gettext_lazy("No digest"),
    "hash_quality_low": gettext_lazy("Weak hash"),
    "not_hashed": gettext_lazy("No hash"),
    "not_matched": gettext_lazy("Not looked up"),
    "not_classified": gettext_lazy("Not classified"),
    HOLD_WITHOUT_OFFICERS: gettext_lazy("Officers of a hold lost"),
}


def kind_of(code: str) -> str:
    """A code without what it is about: "known" of "known:national"."""
    return code.partition(":")[0]


def label_of(kind: str) -> str:
    """What a kind of code is called; an unknown one by itself."""
    return str(LABELS.get(kind) or _ruled(kind) or kind)


def sentence(code: str, facts: Facts) -> str:
    """One code as a sentence; `facts` are the finding's own (screening.models.Finding)."""
    kind, _colon, about = code.partition(":")
    says = _SAYS.get(kind)
    if says is None:
        return _("An officer ruled: %(reason)s.") % {"reason": _ruled(kind)} if _ruled(kind) else code
    return says(about, facts)


def match_in_words(match: Facts) -> str:
    """One match of a known list: which list, of what class, how near. `match` stands in a finding's facts."""
    if match.get("kind") != "pdq":
        return _("List %(list)s has exactly these bytes.") % {"list": match["list"]}
    return _("List %(list)s has a picture like it (%(form)s: %(distance)d of %(bits)d bits differ).") % {
        "list": match["list"],
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
    "known": _known,
    "classifier": _scored,
    "hash_quality_low": _weak,
    "classifier_failed": _about_list(gettext_lazy("The classifier %(list)s gave no answer.")),
    "list_missing": _about_list(gettext_lazy("List %(list)s was not there when it was checked.")),
    "list_stale": _about_list(gettext_lazy("List %(list)s was too old when it was checked.")),
    "list_empty": _about_list(gettext_lazy("List %(list)s was empty when it was checked.")),
    "digest_missing": _plainly(gettext_lazy("The bytes as sent had no digest to look up.")),
    "not_hashed": _plainly(gettext_lazy("Its hash could not be made.")),
    "not_matched": _plainly(gettext_lazy("It was not looked up in the known lists.")),
    "not_classified": _plainly(gettext_lazy("No classifier looked at it.")),
    HOLD_WITHOUT_OFFICERS: _plainly(
        gettext_lazy("A restored backup has lost the officers of its legal hold; the page of legal holds goes on.")
    ),
}
