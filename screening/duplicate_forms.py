"""What staff may answer about near-duplicates; nothing is chosen beforehand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from screening.actions.comparing import ANOTHER_PICTURE, SAME_PICTURE
from screening.models import NearDuplicate

STAYS, TAKEN_OUT = NearDuplicate.Answer.STAYS, NearDuplicate.Answer.TAKEN_OUT


class CompareForm(forms.Form):
    """Whether two photos show the same picture: one of two buttons."""

    answer = forms.ChoiceField(choices=[(SAME_PICTURE, ""), (ANOTHER_PICTURE, "")])

    @property
    def same(self) -> bool:
        """Whether they do."""
        return bool(self.cleaned_data["answer"] == SAME_PICTURE)


class AnswerForm(forms.Form):
    """What becomes of the photo that stays when its near-duplicate was withdrawn."""

    answer = forms.ChoiceField(
        label=_("What becomes of the photo that is still in use?"),
        choices=[
            (STAYS, _("It stays: it is another picture, or its giver decides for it")),
            (TAKEN_OUT, _("It is taken out, too: its use ends for good")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of it. Nothing has changed.")},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Django's own arguments."""
        super().__init__(*args, **{"label_suffix": "", **kwargs})  # type: ignore[arg-type]

    @property
    def is_final(self) -> bool:
        """Whether nobody can take the answer back."""
        return bool(self.cleaned_data["answer"] == TAKEN_OUT)
