"""Which version of a notice is newer, and until when an answer to one stands."""

from calendar import monthrange
from datetime import datetime

MONTHS_A_YEAR = 12


def order_of(version: str) -> tuple[list[int], str]:
    """A key that sorts versions by their numbers: 2026-2 before 2026-10."""
    return [int(part) for part in version.split("-") if part.isdecimal()], version


def months_after(moment: datetime, months: int) -> datetime:
    """The same day and time so many months later, or the last day of a month that is too short for it."""
    years, month = divmod(moment.month - 1 + months, MONTHS_A_YEAR)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
