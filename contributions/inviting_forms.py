"""Whom a giver wants us to ask, and what the invited person answers. Nothing is chosen for anybody."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.models import Scope
from contributions.person_forms import AGREE, DISAGREE, NoticeForm
from contributions.queries.inviting import Question
from contributions.queries.use import OWN_WORD_ONLY
from identity.forms import AddressForm

LATER, NEVER = "later", "never"


class InviteForm(AddressForm):
    """The address of somebody who is shown, as the giver writes it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Django's own arguments."""
        super().__init__(*args, **kwargs)
        self.fields["email"].label = gettext_lazy("Their e-mail address")
        # The browser would offer the giver's own.
        self.fields["email"].widget.attrs["autocomplete"] = "off"


class InvitationForm(NoticeForm):
    """The answer of somebody who is shown in photos: what they may be used for, or that they may not.

    One answer is for all photos that are asked about; a yes can leave single ones out, a box for each.
    """

    research = forms.BooleanField(
        required=False,
        label=gettext_lazy("Research"),
        help_text=gettext_lazy("For research that helps to protect children. Needed if you agree."),
    )
    sharing = forms.BooleanField(
        required=False,
        label=gettext_lazy("Sharing"),
        help_text=gettext_lazy("With partner institutions that we approved, for the same research."),
    )
    illustration = forms.BooleanField(
        required=False,
        label=gettext_lazy("Showing"),
        help_text=gettext_lazy("In publications and talks about this research. Anybody may see it there."),
    )
    adult = forms.BooleanField(
        required=False,
        label=gettext_lazy("I am 18 or over"),
        help_text=gettext_lazy("Needed if you agree. If you are under 18, choose I do not agree."),
    )
    stop = forms.BooleanField(required=False)

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        """`question` says which boxes can be offered."""
        super().__init__(*args, **kwargs)
        self._question = question
        self._pressed = self.data.get("answer", "")
        for name in (set(Scope.values) - set(self._notice.scopes)) | (OWN_WORD_ONLY - question.allowed):
            self.fields.pop(name, None)
        if not question.open:
            for name in (*Scope.values, "adult"):
                self.fields.pop(name, None)
        self._name_the_photos()

    @property
    def offered(self) -> list[forms.BoundField]:
        """The boxes of a yes, in order."""
        return [self[name] for name in (*Scope.values, "adult") if name in self.fields]

    @property
    def single(self) -> list[forms.BoundField]:
        """The boxes by which a yes leaves single photos out; none for one photo alone."""
        return [self[name] for name in self._boxes]

    @property
    def agreed(self) -> bool:
        """Whether the person agrees."""
        return bool(self._pressed == AGREE)

    @property
    def scopes(self) -> frozenset[str]:
        """What a yes agrees to."""
        return frozenset(name for name in Scope.values if self.cleaned_data.get(name))

    @property
    def left_out(self) -> frozenset[UUID]:
        """The photos that a yes says no to."""
        return frozenset(photo.id for name, photo in self._boxes.items() if self.cleaned_data.get(name))

    def clean(self) -> dict[str, Any]:
        """Refuse whatever leaves it open what the person wants."""
        data = super().clean()
        if self._pressed == DISAGREE:
            if not data.get("stop"):
                self.add_error("stop", _("Tick %(box)s, then press I do not agree.") % self._stop)
        elif self._question.open:
            self._check_yes(data)
        else:
            raise ValidationError(_("Choose I do not agree, or close this page. Nothing has changed."))
        return data

    def _check_yes(self, data: dict[str, Any]) -> None:
        if data.get("stop"):
            self.add_error("stop", _("You ticked %(box)s and pressed I agree. Choose one of them.") % self._stop)
        if not data.get("research"):
            self.add_error("research", _("Tick research to agree, or choose I do not agree."))
        if not data.get("adult"):
            self.add_error("adult", _("Tick that you are 18 or over, or choose I do not agree."))
        if self.left_out.issuperset(photo.id for photo in self._question.open):
            self.add_error(self.single[0].name, _("You left every photo out. Choose I do not agree for that."))

    def _name_the_photos(self) -> None:
        several = len(self._question.photos) > 1
        self._boxes = {f"left_out_{photo.number}": photo for photo in self._question.photos} if several else {}
        for name, photo in self._boxes.items():
            label = _("I do not want to be shown in photo %(number)d") % {"number": photo.number}
            self.fields[name] = forms.BooleanField(required=False, label=label)
        stop = self.fields["stop"]
        stop.label = _("Take all the photos out") if several else _("Take the photo out")
        stop.help_text = (
            _("I do not want them to be used. Nobody may use them from now on, and they are destroyed.")
            if several
            else _("I do not want it to be used. Nobody may use it from now on, and it is destroyed.")
        )
        self._stop = {"box": stop.label}


class NotNowForm(forms.Form):
    """What somebody wants who does not answer now."""

    what = forms.ChoiceField(
        label=gettext_lazy("Not now?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one of these. Nothing has changed."),
            "invalid_choice": gettext_lazy("Choose one of these. Nothing has changed."),
        },
    )

    def __init__(self, *args: Any, question: Question, days: int, **kwargs: Any) -> None:
        """`days` is after how many days a reminder comes; it is offered while there is time for it."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        choices = []
        if question.can_be_put_off:
            choices.append((LATER, _("Remind me in %(days)d days") % {"days": days}))
        choices.append((NEVER, _("Do not write to me again for other people")))
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
