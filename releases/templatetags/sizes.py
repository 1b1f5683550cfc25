"""Sizes of files as a person says them."""

from typing import Final

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

register = template.Library()
STEP: Final = 1024
# Of one of these, and never more than three figures: the words are Django's own.
UNITS: Final = ("%s KB", "%s MB", "%s GB", "%s TB")
MOST: Final = 1000


@register.filter
def size(octets: int) -> str:
    """This many bytes in the largest unit of which it is about one or more: 812 bytes, 24 KB, 1 MB, 1.2 GB."""
    if octets < MOST:
        return ngettext("%(size)d byte", "%(size)d bytes", octets) % {"size": octets}
    amount, unit = octets / STEP, UNITS[0]
    for larger in UNITS[1:]:
        if round(amount) < MOST:
            break
        amount, unit = amount / STEP, larger
    rounded = round(amount) if amount >= 10 else round(amount, 1)
    return gettext(unit) % number_format(rounded, 0 if rounded == int(rounded) else 1)
