"""What a curator asks of a release, and why one is taken back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.models import Scope
from contributions.models import Grounds
from releases.models import Audience, Readings


class DraftForm(forms.Form):
    """For whom the next release is made, and what it asks of every photo and of everybody shown in it."""

    audience = forms.ChoiceField(
        label=_("For whom"),
        help_text=_("For partner institutions, everybody shown must have agreed to sharing in their own name."),
        choices=Audience.choices,
        widget=forms.RadioSelect,
    )
    readings = forms.ChoiceField(
        label=_("Which answers of readers count"),
        choices=Readings.choices,
        initial=Readings.SETTLED,
        widget=forms.RadioSelect,
    )
    bases = forms.MultipleChoiceField(
        label=_("Which other people may be in a photo"),
        help_text=_("By what their agreement rests on. The contributor is always accepted."),
        choices=[(grounds.value, grounds.label) for grounds in Grounds if grounds is not Grounds.SELF],
        initial=[Grounds.CONFIRMED, Grounds.AFFIRMED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    scopes = forms.MultipleChoiceField(
        label=_("Only photos that may also be used for"),
        help_text=_("Everybody shown must have agreed to that in their own name."),
        choices=[(scope.value, scope.label) for scope in Scope if scope is not Scope.RESEARCH],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    with_nobody = forms.BooleanField(label=_("Accept photos with nobody in them"), required=False)


class RetractionForm(forms.Form):
    """Why a release is taken back."""

    reason = forms.CharField(
        label=_("Why is it taken back?"),
        help_text=_(
            "Everybody can read this on the page of the version: say what is wrong with it and what its holders should"
            " do, in plain words. Name nobody."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
