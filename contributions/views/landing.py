"""The way in: whether to trust this, what people ask, what to know before choosing. A campaign that is over, too."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from consent.queries import Section, sections
from contributions import actions, queries
from contributions.limits import STARTS_PER_CLIENT
from contributions.queries.campaign_end import afterwards
from contributions.queries.front import collected, log_size
from contributions.queries.giving import SESSION_KEY, has_room, languages_to_give_in
from contributions.transitions import SendingState
from contributions.views.drafts import client_of
from identity import actions as identity

# How many questions, updates and releases the first page names.
FIRST_QUESTIONS, NEWEST = 3, 2


@require_GET
def landing(request: HttpRequest) -> HttpResponse:
    """Whether to trust this, how it works, and the two ways in; of a closed campaign, what happens now."""
    standing = queries.campaign()
    answered, news = _questions(), queries.news()
    context = _openness(standing) | {
        "collected": collected(),
        "waiting": queries.unfinished_of_session(request.session),
        "questions": answered["sections"][:FIRST_QUESTIONS],
        "questions_language": answered["language"],
        "updates": news.updates[:NEWEST],
        "releases": news.releases,
        "log_size": log_size(),
    }
    if standing.is_closed:
        return render(request, "contributions/closed.html", context | {"now": afterwards()})
    context["wanted"] = queries.shortest(queries.coverage())
    return render(request, "contributions/landing.html", context)


@require_GET
def questions(request: HttpRequest) -> HttpResponse:
    """What people ask, with short answers, in the reader's language where the campaign has them in it."""
    return render(request, "contributions/questions.html", _questions())


@require_http_methods(["GET", "HEAD", "POST"])
def give_start(request: HttpRequest) -> HttpResponse:
    """What to know before choosing; the button states being an adult and begins the sending."""
    openness = _openness(queries.campaign())
    if request.method == "POST" and openness["giving_open"]:
        return _begin(request)
    context = openness | {"waiting": queries.unfinished_of_session(request.session)}
    return render(request, "contributions/give_start.html", context)


def _begin(request: HttpRequest) -> HttpResponse:
    sending = queries.sending_of_session(request.session)
    if sending is None or sending.state != SendingState.DRAFT:
        try:
            sending = actions.start(language=get_language() or "en", client=client_of(request))
        except actions.CampaignNotOpen:
            return redirect("contributions:give_start")
        except identity.TooMany:
            words = _("Giving was begun %(count)d times over your connection in an hour. Try again in an hour.")
            messages.error(request, words % {"count": STARTS_PER_CLIENT})
            return redirect("contributions:give_start")
        request.session[SESSION_KEY] = str(sending.pk)
    return redirect("contributions:photo_list")


def _openness(standing: queries.Campaign) -> dict[str, Any]:
    """Whether photos can be given now and in this language; else what it is that is in the way."""
    languages = languages_to_give_in()
    can_take, is_open = standing.is_open and has_room(), (get_language() or "en") in languages
    names = list(languages.values()) if can_take and not is_open else []
    return {"giving_open": can_take and is_open, "other_languages": ", ".join(names), "standing": standing}


def _questions() -> dict[str, Any]:
    """The questions as sections, and the language they are in."""
    language = get_language() or ""
    if language not in settings.CAMPAIGN_QUESTIONS:
        language = settings.LANGUAGE_CODE
    found: list[Section] = [one for one in sections(settings.CAMPAIGN_QUESTIONS[language]) if one.heading]
    return {"language": language, "sections": found}
