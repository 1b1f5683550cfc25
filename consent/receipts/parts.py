"""The parts of a consent record: notice, purposes, data, party, times and events."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from consent.models import ConsentNotice, ConsentRecord, Scope
from consent.receipts import vocabulary
from consent.receipts.vocabulary import Json
from consent.transitions import IN_FORCE, ConsentState


def urn(one: UUID) -> str:
    """An id as an IRI."""
    return f"urn:uuid:{one}"


def written(moment: datetime) -> str:
    """A time in UTC as ISO 8601, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def notice_address(notice: ConsentNotice) -> str:
    """Where everybody can read the notice."""
    return settings.SITE_URL + reverse("consent:notice_show", args=[notice.version, notice.language])


def institution() -> str:
    """The IRI of whoever is responsible."""
    return settings.SITE_URL + reverse("consent:notice_latest") + "#institution"


def controller() -> dict[str, Json]:
    """The party that is responsible, from the campaign's settings."""
    return {
        "@id": institution(),
        "@type": ["dpv:DataController", "dpv:LegalEntity"],
        "identifier": settings.SITE_URL,
        "hasName": str(settings.CAMPAIGN["institution"]),
        "hasAddress": str(settings.CAMPAIGN["address"]),
        "hasContact": str(settings.CAMPAIGN["contact"]),
    }


def read(notice: ConsentNotice) -> dict[str, Json]:
    """The text that the person read."""
    return {
        "@id": notice_address(notice),
        "@type": "dpv:ConsentNotice",
        "title": notice.title,
        "version": notice.version,
        "language": notice.language,
        "sha256": notice.sha256,
    }


def purposes(notice: ConsentNotice, scopes: Collection[str]) -> list[Json]:
    """One purpose for each scope, under the notice that explains it."""
    return [
        {
            "@id": f"{notice_address(notice)}#{scope.value}",
            "@type": "dpv:Purpose",
            "title": str(scope.label),
            "broader": vocabulary.BROADER[scope],
        }
        for scope in Scope
        if scope in scopes
    ]


def processing(scopes: Collection[str]) -> list[Json]:
    """What is done for these scopes."""
    return [word for scope in Scope if scope in scopes for word in vocabulary.PROCESSING[scope]]


def recipients(scopes: Collection[str]) -> list[Json]:
    """Who gets to see it for these scopes."""
    found = (vocabulary.RECIPIENTS[scope] for scope in Scope if scope in scopes)
    return [{"@type": kind, "hasName": str(name)} for kind, name in found]


def personal_data(subject: UUID) -> list[Json]:
    """What of the person is used: the picture and the age. Both are needed; the photo goes by its consent's id."""
    needed = {"identifier": str(subject), "hasNecessity": "dpv:Required"}
    return [
        {
            "@type": ["dpv:SensitivePersonalData", "pd:Picture"],
            "title": _("a photo of the person as a child"),
            **needed,
        },
        {"@type": ["dpv:PersonalData", "pd:Age"], "title": _("how old the person was in it"), **needed},
    ]


def storage(standing: ConsentRecord) -> list[Json]:
    """Where the photo is stored, and for how long."""
    kept = (
        duration(standing)
        if standing.state in IN_FORCE
        else _until(_("copies are destroyed, unless the law obliges us to keep them"))
    )
    return [
        {"@type": "dpv:StorageLocation", "hasLocation": f"loc:{settings.CAMPAIGN['stored_in']}"},
        {"@type": "dpv:StorageDuration", "hasDuration": kept},
    ]


def withdrawing() -> dict[str, Json]:
    """How to take it back."""
    return {
        "@type": "dpv:WithdrawConsent",
        "title": _("Ask for a link by e-mail, or use the withdrawal code on the receipt."),
        "url": settings.SITE_URL + reverse("identity:link_request"),
    }


def approval(notice: ConsentNotice) -> dict[str, Json]:
    """What the research is approved as."""
    return {"@type": "dpv:CodeOfConduct", "title": _("ethics approval"), "identifier": notice.approval}


def events(records: Sequence[ConsentRecord], participant: UUID) -> list[Json]:
    """Everything that was said about this consent, oldest first. What staff did is said of the institution."""
    return [
        {
            "@type": [vocabulary.STATUS[record.state], "dpv:ExplicitlyExpressedConsent"],
            "isIndicatedAtTime": written(record.at),
            "isIndicatedBy": urn(participant) if _is_own(record) else institution(),
            "hasIndicationMethod": str(vocabulary.METHODS.get(record.method, record.method)),
            "hasDuration": duration(record),
        }
        for record in records
    ]


def duration(record: ConsentRecord) -> dict[str, Json]:
    """How long what was said holds: until a time, or until something happens."""
    if record.expires_at is not None:
        return {"@type": "dpv:UntilTimeDuration", "value": written(record.expires_at)}
    if record.state in IN_FORCE:
        return _until(_("withdrawal"))
    if record.state == ConsentState.REQUESTED:
        return _until(_("an answer"))
    return _until(_("another answer of the person"))


def _until(happening: str) -> dict[str, Json]:
    return {"@type": "dpv:UntilEventDuration", "value": happening}


def _is_own(record: ConsentRecord) -> bool:
    """Whether the person said it, who before an address is known goes by the sending."""
    return record.by.startswith(("participant:", "sending:")) and record.state != ConsentState.REQUESTED
