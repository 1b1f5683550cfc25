"""The words for scenes: ids that never change, labels in every language, retired ones readable."""

import re
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.utils.translation import override

from annotation import vocabulary
from annotation.models import Reading
from annotation.queries import describing, vocabulary_in_every_language
from annotation.vocabulary import GROUPS, Group, Term
from mpm_site.extraction import in_python

TERMS = [(group, term) for group in GROUPS for term in group.terms]
ID = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)*")


def test_an_id_is_its_group_and_a_name_and_fits_into_a_reading() -> None:
    ids = [term.id for _group, term in TERMS]
    assert len(set(ids)) == len(ids)
    assert [
        term.id for group, term in TERMS if not (ID.fullmatch(term.id) and term.id.startswith(f"{group.id}."))
    ] == []
    assert max(map(len, ids)) <= (Reading._meta.get_field("terms").base_field.max_length or 0)


def test_no_two_terms_of_a_group_read_alike() -> None:
    for language, _name in settings.LANGUAGES:
        with override(language):
            for group in vocabulary.terms_for_page():
                labels = [term["label"] for term in group["terms"]]
                assert sorted(set(labels)) == sorted(labels), language


@pytest.mark.requirement("K8")
def test_every_label_is_found_by_those_who_translate() -> None:
    found = {(message.context, message.text) for message in in_python(Path(vocabulary.__file__).read_text())}
    with override("en"):
        wanted = {(group.id, str(term.label)) for group, term in TERMS} | {("scene", str(one.label)) for one in GROUPS}
    assert found == wanted


def test_a_retired_term_is_read_and_kept_but_not_offered() -> None:
    old = Term("place.cellar", GROUPS[0].terms[0].label, retired=True)
    groups = (Group("place", GROUPS[0].label, (GROUPS[0].terms[0], old)),)
    terms = {term.id: term for term in groups[0].terms}
    vocabulary_there = patch.multiple(vocabulary, GROUPS=groups, _TERMS=terms)
    with vocabulary_there, patch.object(describing, "GROUPS", groups), override("en"):
        (page,) = vocabulary.terms_for_page()
        assert [term["id"] for term in page["terms"]] == [GROUPS[0].terms[0].id]
        assert vocabulary.is_term(old.id)
        assert vocabulary.label(old.id) == "living room"
        told = vocabulary_in_every_language()["terms"]
    assert [(term["id"], term["retired"]) for term in told] == [("place.living_room", False), ("place.cellar", True)]
    assert not vocabulary.is_term("place.cellar")


@pytest.mark.requirement("K8")
def test_a_release_has_every_label_in_every_language() -> None:
    told = vocabulary_in_every_language()
    languages = {code for code, _name in settings.LANGUAGES}
    assert {frozenset(each["labels"]) for each in [*told["groups"], *told["terms"]]} == {frozenset(languages)}
    assert [each for each in [*told["groups"], *told["terms"]] if not all(each["labels"].values())] == []
