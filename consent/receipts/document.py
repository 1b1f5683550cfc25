"""The whole receipt: one consent record for each subject of a decision, in bytes that are always the same."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import override

from consent.models import ConsentNotice, ConsentRecord
from consent.receipts import parts
from consent.receipts.vocabulary import CONTEXT, RECEIPT_SCHEMA, RECORD_SCHEMA, Json


@dataclass(frozen=True, slots=True)
class Story:
    """What was said about one subject up to the decision, oldest first, with the notice that was read.

    `scopes` are those of the last agreement or, if there was none, all that the notice offers.
    """

    records: Sequence[ConsentRecord]
    notice: ConsentNotice
    scopes: Sequence[str]

    @property
    def standing(self) -> ConsentRecord:
        """What the decision led to."""
        return self.records[-1]


def document(*, receipt: UUID, issued_at: datetime, participant: UUID, language: str, stories: Sequence[Story]) -> str:
    """The receipt as JSON-LD text, keys sorted, in the language; no address of the person, no code, no picture."""
    with override(language):
        whole: dict[str, Json] = {
            "@context": CONTEXT,
            "@id": parts.urn(receipt),
            "@type": "dpv:ConsentReceipt",
            "conformsTo": RECEIPT_SCHEMA,
            "identifier": str(receipt),
            "created": parts.written(issued_at),
            "language": language,
            "hasRecordOfActivity": [_record(story, participant) for story in stories],
        }
    return json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _record(story: Story, participant: UUID) -> dict[str, Json]:
    standing, notice = story.standing, story.notice
    return {
        "@id": parts.urn(standing.record_id),
        "@type": "dpv:ConsentRecord",
        "conformsTo": RECORD_SCHEMA,
        "identifier": str(standing.record_id),
        "hasDataSubject": {
            "@id": parts.urn(participant),
            "@type": "dpv:DataSubject",
            "identifier": str(participant),
        },
        "hasNotice": parts.read(notice),
        "language": notice.language,
        "hasPurpose": parts.purposes(notice, story.scopes),
        "hasLegalBasis": "dpv:ExplicitlyExpressedConsent",
        "hasPersonalData": parts.personal_data(standing.subject),
        "hasDataController": parts.controller(),
        "hasDataSource": "dpv:NonPublicDataSource",
        "hasProcessing": parts.processing(story.scopes),
        "hasStorageCondition": parts.storage(standing),
        "hasLocation": f"loc:{settings.CAMPAIGN['country']}",
        "hasJurisdiction": f"loc:{settings.CAMPAIGN['country']}",
        "hasRecipient": parts.recipients(story.scopes),
        "hasService": {"@type": "dpv:Service", "hasName": str(settings.CAMPAIGN["name"])},
        "hasConsentControl": parts.withdrawing(),
        "hasOrganisationalMeasure": parts.approval(notice),
        "hasAuthority": {"@type": "dpv:Authority", "hasName": str(settings.CAMPAIGN["authority"])},
        "hasConsentStatus": parts.events(story.records, participant),
    }
