"""What a release was used for, as a curator enters it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from releases.models import Recipient, Release

if TYPE_CHECKING:
    ChoiceOfRelease = forms.ModelChoiceField[Release]
else:
    # Only the checker knows the class as a generic one.
    ChoiceOfRelease = forms.ModelChoiceField


class ReleaseChoice(ChoiceOfRelease):
    """Releases by number and audience."""

    def label_from_instance(self, obj: Release) -> str:
        """What the list says of one."""
        words = {"number": obj.number, "audience": obj.get_audience_display()}
        return gettext("Release %(number)d, for %(audience)s") % words


class UseForm(forms.Form):
    """A project, what it made and where one can read of it; release and recipient of those offered."""

    field_order = ("release", "recipient", "project", "model", "report")
    project = forms.CharField(
        label=_("What for"),
        help_text=_("One plain sentence. Everybody whose photos are in the release can read it."),
        max_length=200,
    )
    model = forms.CharField(
        label=_("What was made with it"), help_text=_("Such as the name of a program."), max_length=200, required=False
    )
    report = forms.URLField(
        label=_("Where one can read about it"),
        help_text=_("An address that begins with https://"),
        max_length=300,
        required=False,
        assume_scheme="https",
    )

    def __init__(self, *args: Any, releases: QuerySet[Release], recipients: QuerySet[Recipient], **kwargs: Any) -> None:
        """Offer these releases and recipients."""
        super().__init__(*args, **kwargs)
        self.fields["release"] = ReleaseChoice(label=_("Which release"), queryset=releases)
        self.fields["recipient"] = forms.ModelChoiceField(label=_("Who used it"), queryset=recipients)
        self.order_fields(self.field_order)
