"""What a curator may ask of a release."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions.models import Basis
from releases.models import Audience


class DraftForm(forms.Form):
    """For whom the next release is made, and on which bases everybody shown in it stands."""

    audience = forms.ChoiceField(label=_("For whom"), choices=Audience.choices, widget=forms.RadioSelect)
    bases = forms.MultipleChoiceField(
        label=_("Accept photos that also show somebody who is"),
        choices=[(basis.value, basis.label) for basis in Basis if basis is not Basis.SELF],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    with_nobody = forms.BooleanField(label=_("Accept photos with nobody in them"), required=False)
