"""What a release may be used for: computed from the consents inside, as DUO codes and as an ODRL policy.

DUO has no word for training programs, for making pictures, or for finding out who somebody is: these stand in the
policy. Codes that would say less than people were promised, or that forbid what they agreed to, are never used: no
general research use, and no ban on developing methods.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.conf import settings

from consent.models import Scope
from releases.models import Audience
from releases.papers.described import Described

FORMAT: Final = "my-pictures-matter/terms/1"
OBO: Final = "http://purl.obolibrary.org/obo/DUO_"
OWN: Final = "urn:my-pictures-matter:terms:"
PURPOSE: Final = "research and development of methods that counter child sexual exploitation, and for nothing else"
MONTHS_A_YEAR: Final = 12
_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
# What everybody who gave a photo was promised: nobody may do this, whatever else was agreed to. In a policy these are
# actions of its own, since the vocabulary has no word for them.
FORBIDDEN: Final = {
    "generate": "make pictures of people with it, or train anything that makes pictures, sound or film of people",
    "recognise": "recognise faces or people, or make or keep descriptions by which somebody is found again",
    "reidentify": "find out, or try to find out, who somebody is, or reach anybody who is shown",
    "other-purpose": f"use it for anything but {PURPOSE}",
}


def terms(told: Described) -> dict[str, Any]:
    """terms.json: the codes, the policy, what they were computed from, and the same in sentences."""
    return {
        "format": FORMAT,
        "release": {"id": str(told.release.id), "audience": told.release.audience, "number": told.release.number},
        "purpose": PURPOSE,
        "computed_from": _computed_from(told),
        "duo": list(_codes(told)),
        "odrl": _policy(told),
        "sentences": list(_sentences(told)),
    }


def _computed_from(told: Described) -> dict[str, Any]:
    """What the codes follow from; the texts that were agreed to lie beside this file."""
    consents = told.consents
    return {
        "scopes_of_all": sorted(consents.scopes),
        "notices": [
            {name: getattr(notice, name) for name in ("version", "language", "sha256", "approval")}
            for notice, _count in consents.notices
        ],
        "first_end": _day(consents.first_end),
        "bases": sorted(told.release.bases),
    }


def _codes(told: Described) -> Iterator[dict[str, Any]]:
    """The codes of the Data Use Ontology, each with why it stands here."""
    consents = told.consents
    yield _code("0000012", "RS", "research specific restrictions", PURPOSE)
    yield _code("0000027", "PS", "project specific restriction", f"the project approved as {_approvals(told)}")
    yield _code("0000026", "US", "user specific restriction", "people whom the agreement with the recipient names")
    yield _code("0000028", "IS", "institution specific restriction", _institutions(told))
    yield _code("0000021", "IRB", "ethics approval required", "that of the recipient, beside that of the collection")
    yield _code("0000044", "NPOA", "population origins or ancestry research prohibited", "nobody was asked for it")
    yield _code("0000046", "NCU", "non-commercial use only", "everybody was promised that nobody earns money with it")
    if consents.first_end is not None:
        months = _months(told.frozen_at.date(), consents.first_end)
        yield _code("0000025", "TS", "time limit on use", f"the first agreement ends on {_day(consents.first_end)}") | {
            "months": months
        }


def _code(number: str, short: str, label: str, why: str) -> dict[str, Any]:
    return {"id": f"DUO:{number}", "iri": f"{OBO}{number}", "short": short, "label": label, "says": why}


def _policy(told: Described) -> dict[str, Any]:
    """The ODRL policy: to use it for the purpose, with duties; and what is forbidden."""
    target = f"urn:uuid:{told.release.id}"
    return {
        "@context": ["http://www.w3.org/ns/odrl.jsonld", {"duo": OBO, "mpm": OWN, "skos": _SKOS}],
        "@type": "Set",
        "uid": f"{target}#terms",
        "profile": f"{OWN}profile",
        "target": target,
        "permission": [
            {
                "action": "use",
                "assigner": {"@type": "Party", "uid": settings.SITE_URL},
                "constraint": list(_constraints(told)),
                "duty": _duties(),
            }
        ],
        "prohibition": [
            *(
                {"action": {"@id": f"mpm:{name}", "skos:definition": says, "includedIn": "use"}}
                for name, says in FORBIDDEN.items()
            ),
            *({"action": action} for action in _standard(told)),
        ],
    }


def _constraints(told: Described) -> Iterator[dict[str, Any]]:
    yield {"leftOperand": "purpose", "operator": "eq", "rightOperand": {"@id": "duo:0000012", "skos:note": PURPOSE}}
    if told.consents.first_end is not None:
        end = {"@value": told.consents.first_end.isoformat(), "@type": "xsd:date"}
        yield {"leftOperand": "dateTime", "operator": "lt", "rightOperand": end}


def _duties() -> list[dict[str, Any]]:
    days = {"@value": f"P{settings.REFRESH_DAYS}D", "@type": "xsd:duration"}
    return [
        {
            "action": "delete",
            "constraint": [{"leftOperand": "elapsedTime", "operator": "lteq", "rightOperand": days}],
            "skos:note": f"what {settings.SITE_URL}/withdrawals.json names, and report it",
        },
        {"action": "inform", "skos:note": "of each project, model and report that this release was used for"},
    ]


def _standard(told: Described) -> list[str]:
    """Actions of the vocabulary itself that nobody, or not everybody, agreed to."""
    return [
        "commercialize",
        "sell",
        "distribute",
        *([] if Scope.ILLUSTRATION in told.consents.scopes else ["display", "present"]),
    ]


def _sentences(told: Described) -> Iterator[str]:
    """The terms for people."""
    yield f"Use is permitted for {PURPOSE}."
    yield f"Who may use it: {_institutions(told)}; there, people whom the agreement names."
    for says in (FORBIDDEN[name] for name in ("generate", "recognise", "reidentify")):
        yield f"It is forbidden to {says}."
    yield "It is forbidden to earn money with it, to sell it, or to pass it on."
    yield "Nobody may look for origin or ancestry in it."
    if Scope.ILLUSTRATION in told.consents.scopes:
        yield "Everybody who gave a photo also agreed that it is shown in publications and talks."
    else:
        yield "No picture may be shown in a publication, a talk or a demonstration: not everybody agreed to that."
    if told.consents.first_end is not None:
        yield f"No picture may be used after {_day(told.consents.first_end)} without a newer release."
    yield f"Delete what the withdrawal notices name within {settings.REFRESH_DAYS} days, and report it."


def _institutions(told: Described) -> str:
    if told.release.audience == Audience.PARTNERS and Scope.SHARING in told.consents.scopes:
        return "institutions under an agreement with " + str(told.campaign["institution"])
    return str(told.campaign["institution"])


def _approvals(told: Described) -> str:
    return ", ".join(told.consents.approvals) or str(told.campaign["ethics"])


def _months(start: date, end: date) -> int:
    """Whole months from one day to another, never more than there are."""
    months = (end.year - start.year) * MONTHS_A_YEAR + end.month - start.month
    return max(0, months - (end.day < start.day))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
