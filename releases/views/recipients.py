"""The curators' pages of recipients: who holds what and who is behind, two people for each, links and reports."""

import logging
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.permissions import asked_again
from releases import actions, permissions, queries
from releases.forms import DeliveryForm, PassedOnForm, RecipientForm
from releases.models import Audience, Delivery, Recipient
from releases.reports import ReportNotGood
from releases.views.report_words import REPORT_FAULTS
from releases.views.stepping import Question, asked_to_confirm

log = logging.getLogger(__name__)
REFUSALS: dict[str, str | Promise] = {
    "approved": _("Somebody approved this recipient already. Nothing changed."),
    "same_person": _("You entered this recipient. Another curator has to approve it."),
    "ended": _("This recipient was ended. Enter it anew under a new agreement."),
    "over": _("The agreement is over. Enter the recipient anew under a new one."),
    "not_approved": _("Another curator has to approve this recipient first."),
    "other_audience": _("This recipient gets releases for another audience."),
    "not_published": _("Only a published release is handed out."),
    "already_open": _("This recipient has an open link to this release. End it before you make another."),
}


@require_GET
def recipients(request: HttpRequest) -> HttpResponse:
    """Who holds which release and who is behind, and every recipient."""
    permissions.check_can_curate(request.user)
    copies = queries.copies()
    behind = [one for one in copies if one.held.behind]
    context = {
        "recipients": queries.recipients(),
        "copies": [one for one in copies if not one.held.is_deleted],
        "behind": len(behind),
        "untold": sum(not one.is_mailed for one in behind),
        "late": sum(one.held.is_late for one in copies),
        "told": queries.told_last(),
        "today": timezone.now().date(),
    }
    return render(request, "releases/recipients.html", context)


@require_http_methods(["GET", "POST"])
def recipient_enter(request: HttpRequest) -> HttpResponse:
    """Enter a recipient, for another curator to approve."""
    me = permissions.check_can_curate(request.user)
    form = RecipientForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "releases/recipient_enter.html", {"form": form}, status=422 if form.is_bound else 200)
    data = form.cleaned_data | {"audience": Audience(form.cleaned_data["audience"])}
    recipient = actions.enter_recipient(**data, staff_id=me)
    return redirect("releases:recipient_show", recipient_id=recipient.pk)


@require_GET
def recipient_show(request: HttpRequest, recipient_id: UUID) -> HttpResponse:
    """One recipient: the agreement, what it holds, its links, and the next step."""
    permissions.check_can_curate(request.user)
    return _shown(request, recipient_id)


@require_POST
def recipient_approve(request: HttpRequest, recipient_id: UUID) -> HttpResponse:
    """Approve what another curator entered."""
    return _step(request, recipient_id, lambda me: actions.approve_recipient(recipient_id=recipient_id, staff_id=me))


@require_POST
def recipient_end(request: HttpRequest, recipient_id: UUID) -> HttpResponse:
    """End a recipient once that is confirmed; no second factor, because it takes away and gives nothing."""
    me = permissions.check_can_curate(request.user)
    recipient = get_object_or_404(Recipient, pk=recipient_id)
    back = reverse("releases:recipient_show", args=[recipient_id])
    if question := asked_to_confirm(request, _ask_to_end(recipient), back):
        return question
    actions.end_recipient(recipient_id=recipient_id, staff_id=me)
    messages.success(request, _("Nothing is handed out to this recipient any more."))
    return redirect("releases:recipient_show", recipient_id=recipient_id)


def _ask_to_end(recipient: Recipient) -> Question:
    return Question(
        gettext("End %(name)s as a recipient?") % {"name": recipient.institution},
        (
            _("Every link stops at once, for reports, too: what comes later by another way a curator passes on."),
            _("What they hold stays with them: they go on being reminded of what has to go from it."),
            _("It cannot be undone. To hand out anything again, two curators enter and approve them anew."),
        ),
        _("End this recipient"),
    )


@require_POST
def delivery_make(request: HttpRequest, recipient_id: UUID) -> HttpResponse:
    """Make a link to a release. It is mailed to the address that two curators approved, and shown to nobody here."""

    def deliver(me: UUID) -> None:
        recipient = get_object_or_404(Recipient, pk=recipient_id)
        form = DeliveryForm(request.POST, releases=queries.releases_given_out())
        if not form.is_valid():
            raise Http404
        release = form.cleaned_data["release"]
        actions.deliver(recipient_id=recipient.pk, release_id=release.pk, staff_id=me)
        said = _("The link is being mailed to %(address)s. Only whoever reads that mail can open it.")
        messages.success(request, said % {"address": recipient.address})

    return _step(request, recipient_id, deliver)


@require_POST
def delivery_end(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """End a link at once."""
    me = permissions.check_can_curate(request.user)
    delivery = get_object_or_404(Delivery, pk=delivery_id)
    actions.end_delivery(delivery_id=delivery_id, staff_id=me)
    messages.success(request, _("This link opens nothing any more."))
    return redirect("releases:recipient_show", recipient_id=delivery.recipient_id)


@require_http_methods(["GET", "POST"])
def report_pass_on(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Enter a report that came by another way than the recipient's link."""
    me = permissions.check_can_curate(request.user)
    delivery = get_object_or_404(queries.deliveries(), pk=delivery_id)
    form = PassedOnForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.report(delivery_id=delivery_id, document=form.cleaned_data["document"], staff_id=me)
        except ReportNotGood as refusal:
            form.add_error("document", str(REPORT_FAULTS[refusal.code]))
        else:
            messages.success(request, _("The report is kept."))
            return redirect("releases:recipient_show", recipient_id=delivery.recipient_id)
    context = {"form": form, "delivery": delivery}
    return render(request, "releases/report_pass_on.html", context, status=422 if form.is_bound else 200)


def _shown(request: HttpRequest, recipient_id: UUID) -> HttpResponse:
    recipient = queries.recipient_with_deliveries(recipient_id)
    if recipient is None:
        raise Http404
    handed_out = queries.published(recipient.audience)
    closed = queries.closed_of(handed_out) if handed_out else None
    context = {
        "recipient": recipient,
        "is_own": recipient.entered_by_id == request.user.pk,
        "is_over": recipient.agreement_until < timezone.now().date(),
        "links": [(delivery, queries.link_state(delivery, closed)) for delivery in recipient.deliveries.all()],
        "closed": closed,
        "copies": queries.copies(recipient=recipient),
        "fingerprint": queries.key_fingerprint() if recipient.approved_at and not recipient.ended_at else "",
        "form": DeliveryForm(releases=queries.deliverable(recipient)),
        "has_deliverable": queries.deliverable(recipient).exists(),
        "today": timezone.now().date(),
    }
    return render(request, "releases/recipient_show.html", context)


def _step(request: HttpRequest, recipient_id: UUID, take: Callable[[UUID], object]) -> HttpResponse:
    """One step that takes a fresh second factor; the recipient's page says it if that is refused."""
    me = permissions.check_can_curate(request.user)
    page = reverse("releases:recipient_show", args=[recipient_id])
    if again := asked_again(request, page):
        return again
    get_object_or_404(Recipient, pk=recipient_id)
    try:
        take(me)
    except (actions.RecipientNotPossible, actions.DeliveryNotPossible) as refusal:
        log.warning("Staff member %s was refused a step of a recipient: %s.", me, refusal.code)
        messages.error(request, str(REFUSALS[refusal.code]))
    return redirect(page)
