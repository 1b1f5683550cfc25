"""What shows a person that an answer of theirs stands in the log: the proof of its entry."""

import logging
from dataclasses import dataclass
from uuid import UUID

from audit.models import Event
from audit.queries import CopiesDamaged, mentioning, proof
from consent.models import ConsentRecord
from contributions.models import ConsentSubject

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """One consent record of a participant's own, and the number of the photo that it is about."""

    record: ConsentRecord
    photo: int

    @property
    def file_name(self) -> str:
        """What its proof is called as a file: the number that the person knows, and the day (UTC)."""
        return f"photo-{self.photo}-{self.record.at:%Y-%m-%d}.tlog-proof"


def own_answer(participant: UUID, record: UUID) -> Answer | None:
    """The answer with this record id if it is this participant's own, else None."""
    found = ConsentRecord.objects.filter(record_id=record).first()
    if found is None:
        return None
    own = ConsentSubject.objects.filter(pk=found.subject, participant=participant).select_related("photo").first()
    return Answer(found, own.photo.number) if own else None


def proof_of(record: UUID) -> str | None:
    """The .tlog-proof of an answer's entry in the log (C2SP tlog-proof); None until a checkpoint covers it.

    Whoever asks for a copy of all that is theirs gets it even when the log's copies are damaged: that is ours to mend.
    """
    return _proof(mentioning(str(record)).filter(action__startswith="consent:").first())


def proof_of_receipt(receipt: UUID) -> str | None:
    """The .tlog-proof of the entry that a receipt was issued, with its document's SHA-256; None until covered."""
    return _proof(mentioning(str(receipt), action="receipt:issued").first())


def _proof(entry: Event | None) -> str | None:
    try:
        return proof(entry.index) if entry else None
    except CopiesDamaged:
        logger.exception("The proof of an answer could not be made.")
        return None
