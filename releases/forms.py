"""What a curator may ask of a release."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions.models import Grounds
from releases.models import Audience


class DraftForm(forms.Form):
    """For whom the next release is made, and on which bases everybody shown in it stands."""

    audience = forms.ChoiceField(label=_("For whom"), choices=Audience.choices, widget=forms.RadioSelect)
    bases = forms.MultipleChoiceField(
        label=_("Accept photos that also show somebody who is"),
        choices=[(grounds.value, grounds.label) for grounds in Grounds if grounds is not Grounds.SELF],
        initial=[Grounds.CONFIRMED, Grounds.AFFIRMED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    with_nobody = forms.BooleanField(label=_("Accept photos with nobody in them"), required=False)
