"""What the person's own pages take in. Nothing is chosen for anybody, and nothing chosen changes nothing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.models import ConsentNotice, Scope
from contributions.actions.answering import UPDATES
from contributions.queries.person import PhotoCard, SendingCard
from contributions.queries.use import OWN_WORD_ONLY

AGREE, DISAGREE = "agree", "disagree"
SEE, PERSON, ALL = "see", "person", "all"
YES, NO = "yes", "no"
NOTICE_CHANGED = gettext_lazy("The notice has changed since you opened this page. Please read it again, then choose.")


class NoticeForm(forms.Form):
    """An answer to a notice: the text that stands on the page, and no newer one."""

    notice = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, notice: ConsentNotice, **kwargs: Any) -> None:
        """`notice` is the one that stands on the page."""
        super().__init__(*args, **_plainly(kwargs))
        self.fields["notice"].initial = notice.pk
        self._notice = notice

    def clean(self) -> dict[str, Any]:
        """Refuse an answer to a text that is not the newest any more."""
        data = super().clean() or {}
        if data.get("notice") != self._notice.pk:
            raise ValidationError(NOTICE_CHANGED)
        return data

    def offer(self, photos: Sequence[PhotoCard]) -> None:
        """Leave the boxes of what the notice offers, and of what somebody can agree to for these photos."""
        for scope in OWN_WORD_ONLY:
            _limit(self, scope, photos)
        for name in set(Scope.values) - set(self._notice.scopes):
            self.fields.pop(name, None)


class AnswerForm(NoticeForm):
    """The answer for one sending: what it may be used for, or that it is to be deleted."""

    research = forms.BooleanField(
        required=False,
        label=gettext_lazy("Research"),
        help_text=gettext_lazy("Use my photos for research that helps to protect children. Needed to give photos."),
    )
    sharing = forms.BooleanField(
        required=False,
        label=gettext_lazy("Sharing"),
        help_text=gettext_lazy("Share them with partner institutions that we approved, for the same research."),
    )
    illustration = forms.BooleanField(
        required=False,
        label=gettext_lazy("Showing"),
        help_text=gettext_lazy("Show them in publications and talks about this research. Anybody may see them there."),
    )
    updates = forms.BooleanField(
        required=False,
        label=gettext_lazy("Updates"),
        help_text=gettext_lazy("Write to me when there is news about what became of the photos."),
    )
    delete = forms.BooleanField(
        required=False,
        label=gettext_lazy("Delete my photos"),
        help_text=gettext_lazy("I do not want to give them. Nothing of them is kept."),
    )

    def __init__(self, *args: Any, sending: SendingCard, **kwargs: Any) -> None:
        """`sending` says which boxes can be offered."""
        super().__init__(*args, **kwargs)
        self._pressed = self.data.get("answer", "")
        self.offer(sending.photos)

    @property
    def offered(self) -> list[forms.BoundField]:
        """The boxes of what can be agreed to, in order."""
        return [self[name] for name in (*Scope.values, UPDATES) if name in self.fields]

    @property
    def choices(self) -> frozenset[str]:
        """What the pressed button and the boxes mean together; empty for "I do not agree"."""
        if self._pressed == DISAGREE:
            return frozenset()
        return frozenset(name for name in (*Scope.values, UPDATES) if self.cleaned_data.get(name))

    def clean(self) -> dict[str, Any]:
        """Refuse whatever leaves it open what the person wants."""
        data = super().clean()
        if self._pressed == DISAGREE:
            if not data.get("delete"):
                self.add_error("delete", _("Tick Delete my photos, then press I do not agree."))
        elif not data.get("research"):
            self.add_error("research", _("Tick research to give your photos, or choose I do not agree."))
        elif data.get("delete"):
            self.add_error("delete", _("You ticked Delete my photos and pressed I agree. Choose one of them."))
        return data


class OpenForm(forms.Form):
    """What a person who came by a link wants to do. A link does one thing, once, so it is asked first."""

    what = forms.ChoiceField(
        label=gettext_lazy("What do you want to do?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you want to do. Nothing has changed.")},
    )

    def __init__(self, *args: Any, photos: Sequence[PhotoCard], only_shown: bool = False, **kwargs: Any) -> None:
        """`photos` can be withdrawn: given by this person, or showing them. `only_shown`: this person gave none."""
        super().__init__(*args, **_plainly(kwargs))
        shown, gave = _("See the photos I am in, and change my answer"), _("See what I gave, and change it")
        choices = [(SEE, shown if only_shown else gave)]
        if len(photos) > 1:
            choices += [(str(card.id), _withdrawing(card)) for card in photos]
        if any(card.others for card in photos):
            choices.append((PERSON, _("Withdraw one person in a photo that I gave: the next page asks who")))
        if photos:
            choices.append((ALL, _("Withdraw everything")))
        self.fields["what"].choices = choices  # type: ignore[attr-defined]

    @property
    def photos(self) -> list[UUID]:
        """The one photo to withdraw; none for anything else."""
        what = str(self.cleaned_data["what"])
        return [] if what in {SEE, PERSON, ALL} else [UUID(what)]

    @property
    def everything(self) -> bool:
        """Whether everything is to be withdrawn."""
        return bool(self.cleaned_data["what"] == ALL)

    @property
    def leads_to_people(self) -> bool:
        """Whether one person is to be withdrawn, who is still to be chosen."""
        return bool(self.cleaned_data["what"] == PERSON)


class PersonForm(forms.Form):
    """Who, of those shown in photos that this person gave, took the word back."""

    person = forms.ChoiceField(
        label=gettext_lazy("Who does not agree any more?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the person. Nothing has changed.")},
    )

    def __init__(self, *args: Any, photos: Sequence[PhotoCard], **kwargs: Any) -> None:
        """`photos` are those that can be withdrawn."""
        super().__init__(*args, **_plainly(kwargs))
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            (
                str(person.id),
                _("Person %(number)s in %(photo)s: “%(age)s”, %(who)s")
                % {"number": person.number, "photo": card.title, "age": person.written, "who": person.who},
            )
            for card in photos
            for person in card.people
            if person.can_leave
        ]


class AgreeForm(NoticeForm):
    """Yes to photos that wait for one: what they may be used for. Nothing is chosen beforehand."""

    research = forms.BooleanField(
        required=False,
        label=gettext_lazy("Research"),
        help_text=gettext_lazy(
            "Use the photo for research that helps to protect children. Nothing is used without it."
        ),
    )
    sharing = AnswerForm.base_fields["sharing"]
    illustration = AnswerForm.base_fields["illustration"]

    def __init__(self, *args: Any, photos: Sequence[PhotoCard], **kwargs: Any) -> None:
        """`photos` are those that wait."""
        super().__init__(*args, **kwargs)
        self.offer(photos)

    @property
    def scopes(self) -> frozenset[str]:
        """What was ticked."""
        return frozenset(name for name in Scope.values if self.cleaned_data.get(name))

    def clean(self) -> dict[str, Any]:
        """Refuse a form without research, and one under an old notice."""
        data = super().clean()
        if not data.get("research"):
            self.add_error("research", _("Tick research to agree. Nothing has changed."))
        return data


class WithdrawForm(forms.Form):
    """Which photos to withdraw."""

    photos = forms.MultipleChoiceField(
        label=gettext_lazy("Which photos do you want to withdraw?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick the photos that you want to withdraw. Nothing has changed.")},
    )

    def __init__(self, *args: Any, photos: Sequence[PhotoCard], **kwargs: Any) -> None:
        """`photos` are those that can be withdrawn."""
        super().__init__(*args, **_plainly(kwargs))
        self.fields["photos"].choices = [(str(card.id), card.title) for card in photos]  # type: ignore[attr-defined]


class ScopesForm(NoticeForm):
    """Yes or no for each use beyond the research, and for updates. What is not answered stays as it is."""

    sharing = forms.ChoiceField(required=False, widget=forms.RadioSelect, label=gettext_lazy("Sharing"))
    illustration = forms.ChoiceField(required=False, widget=forms.RadioSelect, label=gettext_lazy("Showing"))
    updates = forms.ChoiceField(required=False, widget=forms.RadioSelect, label=gettext_lazy("Updates"))

    def __init__(self, *args: Any, photos: Sequence[PhotoCard], updates: bool | None, **kwargs: Any) -> None:
        """`updates` is what stands, or None where it is not asked."""
        super().__init__(*args, **kwargs)
        for name in (*OWN_WORD_ONLY, UPDATES):
            if name in self.fields:
                self.fields[name].choices = [(YES, _("Yes")), (NO, _("No"))]  # type: ignore[attr-defined]
        for scope in OWN_WORD_ONLY:
            _limit(self, scope, photos)
            if scope in self.fields:
                agreed = [card for card in photos if scope in card.scopes]
                self.fields[scope].help_text = _helped(AnswerForm.base_fields[scope].help_text, _now(agreed, photos))
        if updates is None:
            del self.fields[UPDATES]
        else:
            now = _("Now: yes.") if updates else _("Now: no.")
            self.fields[UPDATES].help_text = _helped(AnswerForm.base_fields[UPDATES].help_text, now)

    @property
    def answers(self) -> dict[str, bool]:
        """What was answered, by name."""
        names = (*OWN_WORD_ONLY, UPDATES)
        return {name: self.cleaned_data[name] == YES for name in names if self.cleaned_data.get(name)}

    def clean(self) -> dict[str, Any]:
        """Refuse a form without an answer, and one under an old notice."""
        data = super().clean()
        if not self.errors and not any(data.get(name) for name in (*OWN_WORD_ONLY, UPDATES)):
            raise ValidationError(_("Choose Yes or No for what you want to change. Nothing has changed."))
        return data


class CodeForm(forms.Form):
    """A withdrawal code, however it is typed."""

    code = forms.CharField(
        label=gettext_lazy("Your withdrawal code"),
        help_text=gettext_lazy("It stands on your receipt: six groups of five letters and numbers."),
        max_length=100,
        error_messages={"required": gettext_lazy("Write the code from your receipt.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Django's own arguments."""
        super().__init__(*args, **_plainly(kwargs))


def _withdrawing(card: PhotoCard) -> str:
    words = _("Withdraw me from %(photo)s") if card.depicted else _("Withdraw %(photo)s")
    return words % {"photo": card.title}


class MoreForm(forms.Form):
    """The wish to be written to once. The box is empty, and pressing the button without it changes nothing."""

    NO = "no"

    more = forms.BooleanField(
        label=gettext_lazy("Write to me once in a month, if I have more photos"),
        help_text=gettext_lazy("One mail, and none after it. You can stop it with one click."),
        error_messages={"required": gettext_lazy("Tick the box to be written to, or leave it.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Django's own arguments."""
        super().__init__(*args, **_plainly(kwargs))


def _plainly(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Labels without a colon, as on the other pages."""
    return {"label_suffix": "", **kwargs}


def _limit(form: forms.Form, scope: str, photos: Sequence[PhotoCard]) -> None:
    """Offer a scope only where somebody can agree to it, and say for which photos that is."""
    able = [card for card in photos if scope in card.allowed]
    if not able:
        del form.fields[scope]
    elif len(able) < len(photos):
        numbers = ", ".join(str(card.number) for card in able)
        only = _("Only for photo %(numbers)s: in the others somebody else is shown.") % {"numbers": numbers}
        form.fields[scope].help_text = _helped(form.fields[scope].help_text, only)


def _now(agreed: Sequence[PhotoCard], photos: Sequence[PhotoCard]) -> str:
    if not agreed:
        return _("Now: no.")
    if len(agreed) == len(photos):
        return _("Now: yes.")
    return _("Now: yes for photo %(numbers)s.") % {"numbers": ", ".join(str(card.number) for card in agreed)}


def _helped(text: object, more: str) -> str:
    return f"{text} {more}"
