"""What no password of this site may be made of: the words that stand on its own pages."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accounts.roles import ROLES

# Letters that must be left once the site's own words are taken out.
ENOUGH = 8
SHORTEST_WORD = 4
ALWAYS = ("password", "dataset", "photo", "picture", "staff", "annotation", "screening", "release")


def own_words() -> list[str]:
    """The words of the campaign's name, its institution, the host and the roles, and what this site is about."""
    texts: Iterable[object] = (
        settings.CAMPAIGN["name"],
        settings.CAMPAIGN["institution"],
        settings.CAMPAIGN["ethics"],
        urlsplit(settings.SITE_URL).hostname,
        *ALWAYS,
        *ROLES,
    )
    found = {word for text in texts for word in re.split(r"[\W_]+", str(text).lower()) if len(word) >= SHORTEST_WORD}
    return sorted(found, key=len, reverse=True)


class NotMadeOfOwnWords:
    """Refuses a password that is little more than words which everybody who attacks this site would try first."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError when fewer than ENOUGH characters are left without the site's own words."""
        left = password.lower()
        for word in own_words():
            left = left.replace(word, "")
        if len(re.sub(r"[\W_]+", "", left)) < ENOUGH and left != password.lower():
            raise ValidationError(gettext("This is made of words that stand on this site. Choose others."))

    def get_help_text(self) -> str:
        """What the rule asks for."""
        return gettext("Not made of words that stand on this site.")
