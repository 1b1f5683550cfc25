"""The datasheet: the questions that readers of a dataset have, answered from the database and the settings it ran by.

In the order of Gebru and others, "Datasheets for Datasets" (2021).
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from releases.few import FEWEST
from releases.models import Audience, Readings
from releases.papers import paths
from releases.papers.cells import NOT_TOLD, cells
from releases.papers.cells import told as in_words
from releases.papers.charts import Chart, flags, made_of, shown
from releases.papers.described import Described
from releases.papers.pages import Paper, listed, quoted, table, text
from releases.papers.terms import FORBIDDEN, PURPOSE

PRIMARY = "en"
_READINGS = {
    Readings.SETTLED.value: "read and settled by staff",
    Readings.AGREED.value: "read by two members of staff who agreed, or settled by a third one",
}
_AUDIENCES = {
    Audience.OWN.value: "the research of the institution itself",
    Audience.PARTNERS.value: "approved partner institutions",
}


def datasheet(told: Described, terms: dict[str, Any]) -> Paper:
    """The sheet; `terms` as terms.json has them. Charts stand where the text names them."""
    placed = {"charts": shown(made_of(told.totals)), "flags": shown(flags(told.made_of))}
    parts: list[str | Chart] = []
    whole = text("datasheet", **_campaign(told), **_figures(told), **_agreed(told), **_rules(told, terms))
    for place, part in enumerate(whole.replace("]]", "[[").split("[[")):
        parts += placed[part] if place % 2 else [part]
    return Paper(f"Datasheet of {told.title}", parts)


def _campaign(told: Described) -> dict[str, object]:
    named = {name: told.campaign[name] for name in ("institution", "address", "contact", "authority")}
    return {**named, "campaign": told.campaign["name"], "site": settings.SITE_URL, "page": told.address}


def _figures(told: Described) -> dict[str, object]:
    made, found = told.made_of, told.collected
    rows = [
        ("photographs", told.totals.photos.text),
        ("people in them", told.totals.people.text),
        ("people with a box around the head", told.totals.boxes.text),
        ("contributors", in_words(found.contributors)),
        ("photographs described by words for the scene", in_words(made.described)),
        ("photographs that show one picture together with another one", in_words(made.alike)),
        ("shorter side, smallest to largest", f"{made.least:,} to {made.most:,} pixels"),
    ]
    return {
        "counts": table(rows, ("what", "how many")),
        "agreement": " ".join(_agreement(told)),
        "when": f"from {found.first:%B %Y} to {found.last:%B %Y}"
        if found.first and found.last
        else "at an unknown time",
        "readers": in_words(found.readers),
        "seconds": f"{found.seconds:g}",
        "frozen": told.frozen_at.date().isoformat(),
        "entry": told.release.log_index,
    }


def _agreement(told: Described) -> Iterator[str]:
    found = told.collected
    if not found.twice:
        yield "Each photo was read by one person; none of these was read by a second one."
        return
    yield f"Each photo was read by one person, and {in_words(found.twice)} of them also by a second one who did not see"
    yield "the first answer."
    if found.ages >= FEWEST and found.twice >= FEWEST:
        yield f"There, the two ages of a person differ by {found.years:g} years on average ({found.ages:,} people), and"
        yield f"the two did not count as many people in {in_words(found.twice - found.same_count)} of these photos."


def _agreed(told: Described) -> dict[str, object]:
    consents = told.consents
    ends = consents.first_end
    counts = cells({str(place): count for place, (_notice, count) in enumerate(consents.notices)}, told.totals.agreed)
    lines = [
        f"`{paths.notice(notice.version, notice.language)}`: version {notice.version}, {notice.language}, "
        f"{_answers(cell.text)}, approved under {notice.approval}, SHA-256 `{notice.sha256}`"
        for (notice, _count), cell in zip(consents.notices, counts, strict=True)
    ]
    return {
        "approvals": ", ".join(consents.approvals) or told.campaign["ethics"],
        "answers": told.totals.agreed.text,
        "scopes": ", ".join(sorted(consents.scopes)) or "nothing",
        "notices": listed(lines),
        "texts": "\n\n".join(_texts(told)),
        "end": f"The first agreement in this release ends by itself on {ends.isoformat()}."
        if ends
        else "None of the agreements in this release ends by itself.",
    }


def _answers(text: str) -> str:
    return "number of answers not told" if text == NOT_TOLD else f"{text} answers"


def _texts(told: Described) -> Iterator[str]:
    """The texts in the primary language, or in the last that there is."""
    notices = [notice for notice, _count in told.consents.notices]
    for notice in [one for one in notices if one.language == PRIMARY] or notices[-1:]:
        yield f"Version {notice.version}, language {notice.language}:"
        yield quoted(f"## {notice.title}\n\n{notice.text}")


def _rules(told: Described, terms: dict[str, Any]) -> dict[str, object]:
    return {
        "purpose": PURPOSE,
        "audience": _AUDIENCES[told.release.audience],
        "readings": _READINGS[told.release.readings],
        "nobody": "are in it" if told.release.with_nobody else "are not in it",
        "wait": settings.WITHDRAWAL_WAIT_HOURS,
        "erased": settings.ERASED_WITHIN_HOURS,
        "batch": settings.WITHDRAWAL_BATCH,
        "days": settings.WITHDRAWAL_WAIT_DAYS,
        "refresh": settings.REFRESH_DAYS,
        "forbidden": listed([f"to {says}" for says in FORBIDDEN.values()]),
        "sentences": listed(terms["sentences"]),
        "codes": ", ".join(f"{code['short']} ({code['label']})" for code in terms["duo"]),
    }
