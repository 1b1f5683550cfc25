"""Moving the campaign, as the administrator's page asks for it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from contributions.models import PauseReason
from contributions.queries.campaign_state import Campaign
from contributions.transitions import CampaignState

MOVES = {
    CampaignState.OPEN: gettext_lazy("Open: take photos"),
    CampaignState.PAUSED: gettext_lazy("Paused: take no photos for now, and say why"),
    CampaignState.CLOSED: gettext_lazy("Closed: the campaign is over"),
}


class CampaignForm(forms.Form):
    """What the campaign becomes, and for a pause the sentence that everybody reads."""

    state = forms.ChoiceField(label=gettext_lazy("Move the campaign to"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=gettext_lazy("Why it is paused"),
        help_text=gettext_lazy("Everybody reads this sentence, each in their language. For a pause alone."),
        error_messages={"required": gettext_lazy("Choose why the campaign is paused.")},
        choices=[("", gettext_lazy("Choose a reason")), *PauseReason.choices],
    )

    def __init__(self, *args: Any, standing: Campaign, **kwargs: Any) -> None:
        """Offer only what the campaign can become from where it stands."""
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [(state.value, MOVES[state]) for state in standing.moves]  # type: ignore[attr-defined]
        if CampaignState.PAUSED not in standing.moves:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """A pause has a reason; a reason chosen for another move is left out."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("state") != CampaignState.PAUSED:
            self.errors.pop("reason", None)
            cleaned["reason"] = ""
        return cleaned

    @property
    def target(self) -> CampaignState:
        """What it becomes; once the form is valid."""
        return CampaignState(self.cleaned_data["state"])

    @property
    def why(self) -> PauseReason | None:
        """Why it is paused, for a pause; once the form is valid."""
        return PauseReason(self.cleaned_data["reason"]) if self.cleaned_data.get("reason") else None
