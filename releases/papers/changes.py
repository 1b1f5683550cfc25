"""The change list: what is different from the release before."""

from django.conf import settings

from releases.papers.described import Described
from releases.papers.pages import Paper, table, text


def change_list(told: Described) -> Paper:
    """How many photos are new, left, or were read anew, and what a holder of the older release has to do."""
    title = f"What is new in {told.title}"
    found = told.difference
    before = found.before
    if before is None:
        return Paper(title, [f"This is the first release for this audience: {found.new:,} photos, all of them new."])
    rows = [
        ("new", f"{found.new:,}"),
        ("left: withdrawn, or no longer fit for a release", f"{found.left:,}"),
        ("in both, but read or cut anew", f"{found.read_anew:,}"),
        ("in both, unchanged", f"{found.same:,}"),
    ]
    whole = text(
        "changes",
        before=before.number,
        on=f", frozen on {before.frozen_at.date().isoformat()}" if before.frozen_at else "",
        manifest=before.manifest_sha256,
        figures=table(rows, ("photos", "how many")),
        refresh=settings.REFRESH_DAYS,
        page=told.page_of(before),
        contact=told.campaign["contact"],
    )
    return Paper(title, [whole])
