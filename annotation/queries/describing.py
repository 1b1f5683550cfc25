"""The vocabulary as those read it who know none of this site's pages: with all labels in every language."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import override

from annotation.vocabulary import GROUPS

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def vocabulary_in_every_language() -> dict[str, Any]:
    """All groups and terms, the retired ones included, each with its label by language: what a release carries."""
    return {
        "groups": [{"id": group.id, "labels": _in_every_language(group.label)} for group in GROUPS],
        "terms": [
            {"id": term.id, "group": group.id, "labels": _in_every_language(term.label), "retired": term.retired}
            for group in GROUPS
            for term in group.terms
        ],
    }


def _in_every_language(text: "StrPromise") -> dict[str, str]:
    labels = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            labels[language] = str(text)
    return labels
