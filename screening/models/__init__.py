"""What screening keeps: lists, hashes, findings and verdicts, looks, holds, and the officer's desk."""

from screening.models.desk import Escalation, PassedOn, RulingProposal
from screening.models.hashes import NearDuplicate, PhotoDigest, PhotoHash
from screening.models.holds import LegalHold
from screening.models.lists import KnownDigest, KnownList
from screening.models.stops import ViewStop
from screening.models.verdicts import Finding, PolicyChange, RulingReason, Verdict, View

__all__ = [
    "Escalation",
    "Finding",
    "KnownDigest",
    "KnownList",
    "LegalHold",
    "NearDuplicate",
    "PassedOn",
    "PhotoDigest",
    "PhotoHash",
    "PolicyChange",
    "RulingProposal",
    "RulingReason",
    "Verdict",
    "View",
    "ViewStop",
]
