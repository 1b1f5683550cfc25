"""The change list: what is different from the release before."""

from django.conf import settings

from releases.few import FEWEST, is_few
from releases.papers.cells import cells, span
from releases.papers.cells import told as in_words
from releases.papers.described import Described
from releases.papers.history import Difference
from releases.papers.pages import Paper, table, text


def change_list(told: Described) -> Paper:
    """How many photos are new, left, or were read anew, and what a holder of the older release has to do."""
    title = f"What is new in {told.title}"
    found = told.difference
    before = found.before
    if before is None:
        first = "This is the first release for this audience, so all of its photos are new."
        return Paper(title, [f"{first} It holds {in_words(found.new)} photos."])
    whole = text(
        "changes",
        before=before.number,
        on=f", frozen on {before.frozen_at.date().isoformat()}" if before.frozen_at else "",
        manifest=before.manifest_sha256,
        figures=_figures(found),
        refresh=settings.REFRESH_DAYS,
        page=told.page_of(before),
        contact=told.campaign["contact"],
    )
    return Paper(title, [whole])


def _figures(found: Difference) -> str:
    """The figures as they may be told to somebody who knows how many photos each of the two releases holds.

    Of what is new, what left and what is in both, each follows from any other then: if one is few, none is told.
    """
    both = found.read_anew + found.same
    if any(map(is_few, (found.new, found.left, both))):
        return (
            f"Fewer than {FEWEST} photos are new, left, or are in both releases. So it is not told how many: each "
            "number would follow from another one."
        )
    anew, same = cells({"anew": found.read_anew, "same": found.same}, span(both))
    rows = [
        ("new", in_words(found.new)),
        ("left: withdrawn, or no longer fit for a release", in_words(found.left)),
        ("in both, but read or cut anew", anew.text),
        ("in both, unchanged", same.text),
    ]
    return table(rows, ("photos", "how many"))
