"""Finding texts in the sources: everything that Django would look up is found, and nothing else."""

import pytest

from mpm_site.extraction import Message, NotWrittenOut, in_python, in_template

pytestmark = pytest.mark.requirement("K8")
LAZY = "from django.utils.translation import gettext_lazy as _, ngettext, pgettext\n"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('_("One")', Message("One")),
        ('_("One " "two")', Message("One two")),
        ('ngettext("%(n)d day", "%(n)d days", n)', Message("%(n)d day", "%(n)d days")),
        ('pgettext("month", "May")', Message("May", context="month")),
        (
            'EventKind("photo:seen", "Photo {photo} was seen.", fields=("photo",))',
            Message("Photo {photo} was seen.", is_of_log=True),
        ),
    ],
)
def test_calls_in_python_are_found(source: str, found: Message) -> None:
    assert list(in_python(LAZY + source)) == [found]


def test_the_same_name_from_elsewhere_is_no_call() -> None:
    assert list(in_python('_ = print\n_("One")')) == []
    assert list(in_python("from django.utils import translation\ntranslation.gettext('One')")) == [Message("One")]


def test_a_text_put_together_at_run_time_is_refused() -> None:
    with pytest.raises(NotWrittenOut, match="line 2"):
        list(in_python(LAZY + '_(f"Photo {number}")'))
    assert list(in_python(LAZY + "_(kind.sentence)")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% translate "One" %}', Message("One")),
        ("{% translate 'It is \"so\"' as said %}", Message('It is "so"')),
        ('{% translate "5 %" %}', Message("5 %%")),
        ('{% translate "May" context "month" %}', Message("May", context="month")),
        ('{% include "x.html" with title=_("One") %}', Message("One")),
        ('{{ name|default:_("One") }}', Message("One")),
        ("{% blocktranslate with a=b.c %}Did you mean {{ a }}?{% endblocktranslate %}", Message("Did you mean %(a)s?")),
        ("{% blocktranslate trimmed %}\n  One\n  two\n{% endblocktranslate %}", Message("One two")),
        (
            "{% blocktranslate count n=x %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}",
            Message("%(n)s day", "%(n)s days"),
        ),
    ],
)
def test_tags_in_templates_are_found(source: str, found: Message) -> None:
    assert list(in_template(f"{{% load i18n %}}<p>{source}</p>")) == [found]


def test_a_comment_in_a_template_is_none() -> None:
    assert (
        list(in_template('{% comment %}{% translate "One" %}{% endcomment %}{# _("Two") #}<p>gettext("x")</p>')) == []
    )
