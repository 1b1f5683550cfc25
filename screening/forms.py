"""What the safety officer may answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from screening.models import RulingReason
from screening.transitions import VerdictState


class RulingForm(forms.Form):
    """One ruling on one held photo; nothing is chosen beforehand."""

    state = forms.ChoiceField(
        label=_("Ruling"),
        choices=[
            (VerdictState.CLEAR, _("Clear: it may be used")),
            (VerdictState.EXCLUDED, _("Exclude: nobody sees or uses it")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=RulingReason.choices, widget=forms.RadioSelect)
