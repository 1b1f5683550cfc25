"""What a curator writes in an update."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class UpdateTextForm(forms.Form):
    """An update in one language; with both fields empty it is not told in this language."""

    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    text = forms.CharField(
        label=_("Text"),
        max_length=10_000,
        required=False,
        help_text=_(
            "Markdown: an empty line between paragraphs, - for a list, ### for a heading, [words](https://address)."
        ),
        widget=forms.Textarea(attrs={"rows": 14}),
    )

    def clean(self) -> dict[str, Any]:
        """Both or neither."""
        data = super().clean() or {}
        if bool(data.get("title")) != bool(data.get("text")):
            missing = "text" if data.get("title") else "title"
            self.add_error(missing, _("Write a title and a text, or neither."))
        return data
