"""The decades in which photos were taken, as people name them. Everything before the first one is one answer."""

from django.utils.translation import gettext as _

# "Before 1930" is kept as 1920.
EARLIEST = 1920
LATEST = 2020
DECADES = range(EARLIEST, LATEST + 1, 10)


def decade_of(year: int) -> int:
    """The decade of a year, as it is kept: 1984 -> 1980; nothing lies before EARLIEST or after LATEST."""
    return min(max(year // 10 * 10, EARLIEST), LATEST)


def decade_label(decade: int) -> str:
    """A decade in words, in the active language."""
    if decade == EARLIEST:
        return _("before %(year)d") % {"year": EARLIEST + 10}
    return _("the %(decade)ds") % {"decade": decade}
