"""What recipients report: the program's report of what was deleted, or their word that nothing is left."""

from http import HTTPStatus

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from identity.actions import TooMany, count_attempt
from releases import actions, queries
from releases.forms import DeletedForm, ReportForm
from releases.models import Delivery, Release
from releases.reports import MOST_BYTES, ReportNotGood
from releases.transitions import ReleaseState
from releases.views.deliveries import closed_page, shown
from releases.views.holders import BEARER, STATUS, Unknown, by_session, holder, turned_away
from releases.views.report_words import REPORT_FAULTS

# By one link, in so many hours.
REPORTS, HOURS = 30, 1


@csrf_exempt
@require_POST
def report_send(request: HttpRequest) -> HttpResponse:
    """Take a report: from a program that shows the token, or from the page, whose form carries its own secret."""
    if request.headers.get("Authorization", "").startswith(BEARER):
        return _report_of_program(request)
    return _report_of_page(request)


@require_POST
def deletion_state(request: HttpRequest) -> HttpResponse:
    """Take somebody's word that nothing of their copy is left."""
    delivery = by_session(request)
    if delivery is None or (refusal := queries.refusal(delivery)) == "ended":
        return closed_page(request, delivery)
    form = DeletedForm(request.POST)
    if form.is_valid():
        try:
            _count_report(delivery)
            actions.state_deleted(delivery_id=delivery.pk, signed_off_by=form.cleaned_data["signed_off_by"])
        except TooMany:
            _say_too_many(form)
        except actions.ReportNotPossible:
            return closed_page(request, delivery)
    if not form.is_valid():
        return shown(request, delivery, refusal, deleted_form=form)
    messages.success(request, _("Thank you. We have noted that nothing of this version is left with you."))
    return redirect("releases:dataset")


def _report_of_program(request: HttpRequest) -> HttpResponse:
    try:
        delivery = holder(request)
        _count_report(delivery)
        # Read past the limit of forms: a report names every photo that was deleted.
        body = request.read(MOST_BYTES + 1)
        kept = actions.report(delivery_id=delivery.pk, document=body.decode())
    except Unknown as refusal:
        return turned_away(refusal)
    except TooMany:
        return JsonResponse({"error": "too_many"}, status=HTTPStatus.TOO_MANY_REQUESTS)
    except UnicodeDecodeError:
        return _not_good("not_a_report")
    except ReportNotGood as refusal:
        return _not_good(refusal.code)
    except actions.ReportNotPossible as refusal:
        return JsonResponse({"error": refusal.code}, status=STATUS[refusal.code])
    told = {"report": str(kept.pk), "notice": kept.notice_number}
    return JsonResponse(told | queries.standing_of(delivery.release), status=HTTPStatus.CREATED)


def _not_good(code: str) -> JsonResponse:
    """The answer to a program: a code, and a sentence that it can show as it is."""
    return JsonResponse({"error": code, "says": str(REPORT_FAULTS[code])}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@csrf_protect
def _report_of_page(request: HttpRequest) -> HttpResponse:
    delivery = by_session(request)
    if delivery is None or (refusal := queries.refusal(delivery)) == "ended":
        return closed_page(request, delivery)
    form = ReportForm(request.POST)
    if form.is_valid():
        try:
            _count_report(delivery)
            kept = actions.report(delivery_id=delivery.pk, document=form.cleaned_data["document"])
        except ReportNotGood as fault:
            form.add_error("document", str(REPORT_FAULTS[fault.code]))
        except TooMany:
            _say_too_many(form)
        except actions.ReportNotPossible:
            return closed_page(request, delivery)
        else:
            _thank(request, delivery.release, kept.notice_number)
            return redirect("releases:dataset")
    return shown(request, delivery, refusal, form=form)


def _thank(request: HttpRequest, release: Release, notice: int) -> None:
    if release.state == ReleaseState.RETRACTED:
        said = _("We have your report. It is not enough: this version was taken back, and every copy has to go.")
        messages.warning(request, said)
    else:
        said = _("Thank you. We have your report, up to notice %(number)d.") % {"number": notice}
        messages.success(request, said)


def _say_too_many(form: Form) -> None:
    form.add_error(None, _("Too many reports were sent. Try again in an hour."))


def _count_report(delivery: Delivery) -> None:
    # To check one takes its time on a large release.
    count_attempt(purpose="dataset_report", value=str(delivery.pk), limit=REPORTS, hours=HOURS)
