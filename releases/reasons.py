"""The reasons of eligibility in words, in the order in which they are asked."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "consent": _("consent is not in force"),
    "screening": _("not cleared by screening"),
    "unread": _("not read by an annotator yet"),
    "excluded": _("excluded by an annotator"),
    "once": _("no second person agreed with what was read, and nobody settled it"),
    "scope": _("not agreed for what this release is made for"),
    "nobody": _("nobody is in the picture"),
    "unasked": _("somebody is in the picture whom the contributor did not mark"),
    "without_self": _("the contributor is not in the picture, and not everybody shown agreed by an own link"),
    "basis": _("somebody shown has not agreed, or not as this release asks"),
    "border": _("its border as it was read cannot be laid straight"),
    "uncut": _("its picture is not cut out yet"),
    "": _("in"),
}
