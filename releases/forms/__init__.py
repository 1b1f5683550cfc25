"""What a curator may ask of a release and write of it, and who recipients are."""

from releases.forms.recipients import DeletedForm, DeliveryForm, PassedOnForm, RecipientForm, ReportForm
from releases.forms.releasing import DraftForm, RetractionForm
from releases.forms.updating import UpdateTextForm
from releases.forms.uses import UseForm
from releases.forms.why import WhyForm

__all__ = [
    "DeletedForm",
    "DeliveryForm",
    "DraftForm",
    "PassedOnForm",
    "RecipientForm",
    "ReportForm",
    "RetractionForm",
    "UpdateTextForm",
    "UseForm",
    "WhyForm",
]
