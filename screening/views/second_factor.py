"""A step that counts, with a fresh second factor."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise

from audit.permissions import asked_again

log = logging.getLogger(__name__)


def step(
    request: HttpRequest,
    take: Callable[..., Any],
    *,
    of: type[Model],
    page: str,
    given: Mapping[str, object],
    refusals: Mapping[type[Exception], Promise],
) -> HttpResponse:
    """Take one step with a fresh second factor and go back to the page `page`, which says why if it was refused.

    `given` are the step's arguments, and the page's but for `staff_id`: the id of a row of `of`. Raises Http404 where
    there is none.
    """
    of_page = [value for name, value in given.items() if name != "staff_id"]
    if again := asked_again(request, reverse(page, args=of_page)):
        return again
    get_object_or_404(of, pk=of_page[0])
    try:
        take(**given)
    except tuple(refusals) as refusal:
        log.warning("Staff member %s was refused: %s.", given["staff_id"], type(refusal).__name__)
        messages.error(request, str(refusals[type(refusal)]))
    return redirect(page, *of_page)
