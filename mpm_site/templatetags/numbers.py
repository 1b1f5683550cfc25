"""Numbers as a reader writes them. Grouping is asked for where a person reads, never in an attribute or an id."""

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def grouped(value: int) -> str:
    """10000 as 10,000 in English and 10.000 in Dutch."""
    return number_format(value, force_grouping=True)
