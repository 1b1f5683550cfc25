"""The words of a receipt: which property of which vocabulary each key is, and DPV's names for states and purposes."""

from collections.abc import Mapping
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from consent.models import Method, Scope
from consent.transitions import ConsentState

Json: TypeAlias = "str | list[Json] | dict[str, Json]"

RECORD_SCHEMA = "https://w3id.org/dpv/schema/dpv-27560#record"
RECEIPT_SCHEMA = "https://w3id.org/dpv/schema/dpv-27560#receipt-record"

_LITERALS = {
    "dct": ("identifier", "language", "title"),
    "dpv": ("hasAddress", "hasContact", "hasIndicationMethod", "hasName"),
    "rdf": ("value",),
    "schema": ("sha256", "version"),
}
_NODES = {
    "dct": ("conformsTo",),
    "dpv": (
        "hasAuthority",
        "hasConsentControl",
        "hasConsentStatus",
        "hasDataController",
        "hasDataSource",
        "hasDataSubject",
        "hasDuration",
        "hasJurisdiction",
        "hasLegalBasis",
        "hasLocation",
        "hasNecessity",
        "hasNotice",
        "hasOrganisationalMeasure",
        "hasPersonalData",
        "hasProcessing",
        "hasPurpose",
        "hasRecipient",
        "hasRecordOfActivity",
        "hasService",
        "hasStorageCondition",
        "isIndicatedBy",
    ),
    "schema": ("url",),
    "skos": ("broader",),
}
_TIMES = {"dct": ("created",), "dpv": ("isIndicatedAtTime",)}

# Written into every receipt, so that it can be read without fetching anything.
CONTEXT: dict[str, Json] = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "loc": "https://w3id.org/dpv/loc#",
    "pd": "https://w3id.org/dpv/pd#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{key: f"{prefix}:{key}" for prefix, keys in _LITERALS.items() for key in keys},
    **{key: {"@id": f"{prefix}:{key}", "@type": "@id"} for prefix, keys in _NODES.items() for key in keys},
    **{key: {"@id": f"{prefix}:{key}", "@type": "xsd:dateTime"} for prefix, keys in _TIMES.items() for key in keys},
}

STATUS: Mapping[str, str] = {
    ConsentState.REQUESTED: "dpv:ConsentRequested",
    ConsentState.GIVEN: "dpv:ConsentGiven",
    ConsentState.REFUSED: "dpv:ConsentRefused",
    ConsentState.WITHDRAWN: "dpv:ConsentWithdrawn",
    ConsentState.REVOKED: "dpv:ConsentRevoked",
    ConsentState.EXPIRED: "dpv:ConsentExpired",
    ConsentState.RENEWED: "dpv:RenewedConsentGiven",
}
BROADER: Mapping[str, str] = {
    Scope.RESEARCH: "dpv:ScientificResearch",
    Scope.SHARING: "dpv:ScientificResearch",
    Scope.ILLUSTRATION: "dpv:NonCommercialResearch",
}
PROCESSING: Mapping[str, tuple[str, ...]] = {
    Scope.RESEARCH: ("dpv:Collect", "dpv:Store", "dpv:Transform", "dpv:Analyse", "dpv:Use"),
    Scope.SHARING: ("dpv:Share",),
    Scope.ILLUSTRATION: ("dpv:Disseminate",),
}
RECIPIENTS = {
    Scope.RESEARCH: ("dpv:Recipient", _("researchers approved for this project")),
    Scope.SHARING: ("dpv:ThirdParty", _("approved partner institutions")),
    Scope.ILLUSTRATION: ("dpv:ThirdParty", _("people who read our publications and hear our talks")),
}
# How an answer came, by the code word of the record; another word stands for itself.
METHODS: Mapping[str, object] = dict(Method.choices)
