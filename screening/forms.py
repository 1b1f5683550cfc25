"""What the safety officer may answer, and what a legal hold is proposed with."""

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
