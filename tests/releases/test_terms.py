"""What a release may be used for follows from the consents inside."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from consent.models import ConsentRecord, Scope
from releases.models import Audience
from releases.papers.consents import consents_in
from releases.papers.terms import FORBIDDEN, terms
from tests import pictures
from tests.builders import given, read
from tests.cast import Casting
from tests.releases.curators import Curators
from tests.releases.telling import agreed, release, told

pytestmark = pytest.mark.requirement("D6")
EVERYTHING = frozenset(Scope.values)


def codes(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {code["short"]: code for code in found["duo"]}


def forbidden(found: dict[str, Any]) -> set[str]:
    actions = [one["action"] for one in found["odrl"]["prohibition"]]
    return {action if isinstance(action, str) else action["@id"] for action in actions}


def test_the_purpose_the_ethics_and_the_approved_are_always_asked_for() -> None:
    found = terms(told())
    assert codes(found).keys() == {"RS", "PS", "US", "IS", "IRB", "NPOA", "NCU", "TS"}
    assert codes(found)["RS"]["iri"] == "http://purl.obolibrary.org/obo/DUO_0000012"
    assert "E-1" in codes(found)["PS"]["says"]


def test_no_code_permits_more_than_was_agreed_to_or_forbids_the_very_purpose() -> None:
    for scopes in ({"research"}, EVERYTHING):
        found = {code["id"] for code in terms(told(consents=agreed(scopes)))["duo"]}
        # General use, health or disease in general, no restriction; and the ban on developing methods.
        assert not found & {"DUO:0000042", "DUO:0000006", "DUO:0000007", "DUO:0000004", "DUO:0000015"}


def test_making_pictures_recognising_and_finding_out_who_it_is_are_forbidden_whatever_was_agreed() -> None:
    found = terms(told(consents=agreed(EVERYTHING)))
    assert {f"mpm:{name}" for name in FORBIDDEN} <= forbidden(found)
    assert {"mpm:generate", "mpm:recognise", "mpm:reidentify"} <= forbidden(found)
    assert {"commercialize", "sell", "distribute"} <= forbidden(found)


def test_pictures_may_be_shown_only_if_everybody_agreed_to_it() -> None:
    assert {"display", "present"} <= forbidden(terms(told(consents=agreed({"research", "sharing"}))))
    assert not {"display", "present"} & forbidden(terms(told(consents=agreed(EVERYTHING))))


@pytest.mark.parametrize(
    ("audience", "scopes", "shared"),
    [
        (Audience.PARTNERS, {"research", "sharing"}, True),
        (Audience.PARTNERS, {"research"}, False),
        (Audience.OWN, {"research", "sharing"}, False),
    ],
    ids=["partners_and_agreed", "partners_and_not_agreed", "own"],
)
def test_partners_are_named_only_where_everybody_agreed_to_sharing(
    audience: Audience, scopes: set[str], shared: bool
) -> None:
    found = terms(told(of=release(audience=audience), consents=agreed(scopes)))
    assert ("under an agreement" in codes(found)["IS"]["says"]) == shared


@pytest.mark.parametrize(
    ("end", "months"),
    [(date(2031, 3, 15), 12), (date(2031, 3, 14), 11), (date(2030, 3, 16), 0)],
    ids=["a_year", "a_day_less", "a_day"],
)
def test_the_use_ends_when_the_first_agreement_does(end: date, months: int) -> None:
    found = terms(told(consents=agreed(first_end=end)))
    assert codes(found)["TS"]["months"] == months
    constraints = found["odrl"]["permission"][0]["constraint"]
    assert constraints[1]["rightOperand"]["@value"] == end.isoformat()


def test_without_an_end_there_is_no_limit_of_time() -> None:
    found = terms(told(consents=agreed(first_end=None)))
    assert "TS" not in codes(found)
    assert len(found["odrl"]["permission"][0]["constraint"]) == 1


@pytest.mark.django_db(transaction=True, databases=["default", "identity"])
def test_what_all_of_them_agreed_to_when_it_was_frozen_counts_and_no_later_answer(staff: Casting) -> None:
    curators = Curators(staff)
    both, one = given(pictures.png(320, 240)).agree("sharing", "illustration"), given(pictures.png(300, 200))
    one.agree("sharing")
    for _ in range(2):
        read(curators.annotator)
    frozen = curators.frozen()
    found = consents_in(frozen)
    assert (found.count, found.scopes) == (2, frozenset({"research", "sharing"}))
    assert [(notice.version, count) for notice, count in found.notices] == [("2026-1", 2)]
    record = ConsentRecord.objects.latest("pk")
    ends = ConsentRecord.objects.exclude(expires_at=None).values_list("expires_at", flat=True)
    assert found.first_end == min(filter(None, ends)).date()
    later = {"state": "given", "scopes": ["research"], "decision": uuid4(), "by": "system", "method": "page"}
    ConsentRecord.objects.create(subject=record.subject, notice=record.notice, **later)
    assert consents_in(frozen) == found
    both.withdraw()
    assert consents_in(frozen).count == 1
