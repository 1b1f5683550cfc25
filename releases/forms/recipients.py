"""Who a recipient is, which release it gets, and what it reports, as curators and recipients enter it."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from releases.forms.uses import ReleaseChoice
from releases.models import Audience, Release

# A report of some four thousand deleted photos; a larger request is not read at all.
LONGEST_REPORT = 200_000


class RecipientForm(forms.Form):
    """An institution, its agreement, and the person who answers for the copy there."""

    institution = forms.CharField(label=_("Institution"), max_length=200)
    contact = forms.CharField(label=_("Who answers for the copy there"), help_text=_("A name."), max_length=120)
    address = forms.EmailField(label=_("E-mail address of this person"))
    audience = forms.ChoiceField(label=_("For whom"), choices=Audience.choices, widget=forms.RadioSelect)
    agreement = forms.CharField(
        label=_("Agreement"), help_text=_("Its reference, as it stands on the paper."), max_length=120
    )
    agreement_until = forms.DateField(
        label=_("Last day of the agreement"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_agreement_until(self) -> date:
        """Refuse an agreement that is over."""
        until: date = self.cleaned_data["agreement_until"]
        if until < timezone.now().date():
            raise forms.ValidationError(
                _("This day has passed. Under an agreement that is over nothing is handed out.")
            )
        return until


class DeliveryForm(forms.Form):
    """Which release a recipient gets a link to."""

    release = ReleaseChoice(label=_("Which release"), queryset=Release.objects.none(), empty_label=None)

    def __init__(self, *args: Any, releases: QuerySet[Release], **kwargs: Any) -> None:
        """Offer these releases."""
        super().__init__(*args, **kwargs)
        self.fields["release"].queryset = releases  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    """The report that the program wrote, as text."""

    document = forms.CharField(
        label=_("The report"),
        help_text=_("All of the file prune-report.json, which lies in the folder of your copy."),
        max_length=LONGEST_REPORT,
        error_messages={"required": _("Paste the report, or choose its file. Nothing was sent.")},
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
    )


class PassedOnForm(ReportForm):
    """The same, as a curator enters what came by another way."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say where it comes from: the curator has no copy."""
        super().__init__(*args, **kwargs)
        self.fields["document"].help_text = _("All of the file prune-report.json, as they sent it.")


class DeletedForm(forms.Form):
    """Somebody's word that nothing is left."""

    signed_off_by = forms.CharField(
        label=_("Your name"), max_length=120, error_messages={"required": _("Write your name. Nothing was noted.")}
    )
    sure = forms.BooleanField(
        label=_("Every copy of this version is deleted, backups too."),
        error_messages={"required": _("Tick the box if every copy is deleted. Nothing was noted.")},
    )
