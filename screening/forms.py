"""What the safety officer may answer, whom they told, and what a legal hold is proposed with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from screening.actions import REASONS
from screening.models import Escalation, RulingReason
from screening.transitions import VerdictState

RULINGS: Final[dict[VerdictState, str | Promise]] = {
    VerdictState.CLEAR: _("Clear: it may be used"),
    VerdictState.HELD: _("Hold: an officer rules on it as on any other held photo"),
    VerdictState.EXCLUDED: _("Exclude: nobody sees or uses it"),
    VerdictState.LOCKED: _("Lock: it may be illegal. Nobody opens it, and the written procedure begins"),
}
# Reasons that speak of a match with a known list.
ABOUT_A_MATCH: Final = frozenset({RulingReason.LIST_TOOK_IT_BACK, RulingReason.NOT_THE_SAME})


class RulingForm(forms.Form):
    """One ruling on one photo and its reason; nothing is chosen beforehand.

    `states` are the rulings that are possible; `is_known` says that a known list has to do with the photo, so that the
    list or the match can have been wrong.
    """

    state = forms.ChoiceField(label=_("Ruling"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=_("Reason"), choices=RulingReason.choices, widget=forms.RadioSelect)
    # The verdict that the page told of.
    seen = forms.IntegerField(required=False)

    def __init__(self, *args: Any, states: Sequence[VerdictState], is_known: bool, **kwargs: Any) -> None:
        """As any form; with the rulings to choose from, and the reasons that go with one of them."""
        super().__init__(*args, **kwargs)
        possible = set().union(*(REASONS[state] for state in states)) - (set() if is_known else ABOUT_A_MATCH)
        self.fields["state"].choices = [(state, RULINGS[state]) for state in states]  # type: ignore[attr-defined]
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            (value, label) for value, label in RulingReason.choices if value in possible
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse a reason that does not go with the ruling."""
        data = super().clean() or self.cleaned_data
        if "state" in data and "reason" in data and data["reason"] not in REASONS[VerdictState(data["state"])]:
            self.add_error("reason", _("This reason does not go with this ruling."))
        return data


class EscalationForm(forms.Form):
    """Whom an officer told of a locked photo, when, and the number under which it is filed there."""

    told = forms.ChoiceField(label=_("Whom you told"), choices=Escalation.Told.choices, widget=forms.RadioSelect)
    told_at = forms.DateTimeField(
        label=_("When (UTC)"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    reference = forms.CharField(
        label=_("Number there"), help_text=_("Under which it is filed there. No names."), max_length=60
    )

    def clean_told_at(self) -> datetime:
        """Refuse a time that lies ahead."""
        moment: datetime = self.cleaned_data["told_at"]
        if moment > timezone.now():
            raise forms.ValidationError(_("This time has not come yet."))
        return moment


class HoldForm(forms.Form):
    """The photo that the law obliges us to keep, and under which number the order is filed."""

    photo = forms.UUIDField(
        label=_("Photo"),
        help_text=_("The whole id, as the log and the desks show it."),
        error_messages={"invalid": _("Write the whole id of the photo.")},
    )
    reference = forms.CharField(
        label=_("File number"),
        help_text=_("Where the order stands in your own files. No names: this is kept for good."),
        max_length=60,
    )
