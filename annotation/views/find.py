"""Asking the collection: rows of text first, and pixels one by one, by a press."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotation import actions, permissions, queries
from annotation.forms.search import FindForm
from annotation.models import Search
from annotation.searching.criteria import APART, Criteria
from annotation.searching.words import STANDINGS, in_words
from annotation.views.team_charts import questions_chart
from audit.permissions import has_role
from contributions.queries import decade_label
from screening.actions import NotServable, ViewsStopped
from screening.queries import views_stopped_in_words

# How long a picture stays open (seconds), and of how many days looks and questions are counted.
LOOK_SECONDS = 20
DAYS = 30


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """What can be asked; with `?like` as that question asks. A POST asks it."""
    me = permissions.check_can_find(request.user)
    is_blind = permissions.is_blind(request.user)
    form = (
        FindForm(request.POST, is_blind=is_blind)
        if request.method == "POST"
        else _form_like(request.GET.get("like", ""), is_blind=is_blind)
    )
    if form.is_valid():
        asked = actions.ask(criteria=form.criteria, staff_id=me)
        return redirect("annotation:found", search_id=asked.pk)
    mine, everybody = (queries.exposures_per_question(DAYS, who) for who in (me, None))
    context = {
        "form": form,
        "recent": [(asked, in_words(Criteria.of(asked.criteria))) for asked in queries.recent(me)],
        "is_asked": any((everybody.total.questions, everybody.total.looks)),
        "figures": [(_("By you"), mine.total), (_("By all staff"), everybody.total)],
        "days": DAYS,
        "per_question": questions_chart(everybody),
    }
    return render(request, "annotation/find.html", context, status=422 if form.errors else 200)


def _form_like(search_id: str, *, is_blind: bool) -> FindForm:
    """The form that asks what somebody asked before; an empty one where nobody did."""
    try:
        before = Search.objects.get(pk=UUID(search_id))
    except (ValueError, Search.DoesNotExist):
        return FindForm(is_blind=is_blind)
    return FindForm.like(Criteria.of(before.criteria), is_blind=is_blind)


def _asked(request: HttpRequest, search_id: UUID) -> Search:
    """A question that somebody asked. Raises Http404 for one that tells apart what this person must not."""
    asked = get_object_or_404(Search, pk=search_id)
    if permissions.is_blind(request.user) and Criteria.of(asked.criteria).standing in APART:
        raise Http404
    return asked


@require_http_methods(["GET", "POST"])
def found(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """One page of what a question finds by now, in words. A POST asks the same again, as a question of one's own."""
    me = permissions.check_can_find(request.user)
    asked = _asked(request, search_id)
    if request.method == "POST":
        return redirect("annotation:found", search_id=actions.ask_again(search_id=search_id, staff_id=me).pk)
    criteria = Criteria.of(asked.criteria)
    is_blind = permissions.is_blind(request.user)
    shown = queries.found_page(queries.matching(criteria), is_blind=is_blind, **_key(request))
    context = {
        "asked": asked,
        "words": in_words(criteria),
        "rows": [(row, STANDINGS[row.standing], decade_label(row.decade) if row.decade else "") for row in shown.rows],
        "newer": shown.newer and f"?before={shown.newer}",
        "older": shown.older and f"?after={shown.older}",
        "is_mine": asked.by_id == me,
        "can_exclude": has_role(request.user, "lead"),
        "seconds": LOOK_SECONDS,
    }
    return render(request, "annotation/find_found.html", context)


def _key(request: HttpRequest) -> dict[str, Any]:
    """Beside which row the page begins; empty for the first one. Raises Http404 for what is no key."""
    for name in ("after", "before"):
        if name in request.GET:
            try:
                return {name: UUID(request.GET[name])}
            except ValueError:
                raise Http404 from None
    return {}


@require_POST
def found_look(request: HttpRequest, search_id: UUID, photo_id: UUID) -> HttpResponseBase:
    """One small picture as the answer to one press, after the look is in the log. There is no address that gives it."""
    me = permissions.check_can_find(request.user)
    _asked(request, search_id)
    try:
        pixels = actions.look(search_id=search_id, photo_id=photo_id, staff_id=me)
    except (actions.NotAmongFound, NotServable):
        # Why not is nobody's to know here.
        raise Http404 from None
    except ViewsStopped:
        return HttpResponse(views_stopped_in_words(), content_type="text/plain; charset=utf-8", status=403)
    return StreamingHttpResponse(pixels, content_type="image/jpeg")
