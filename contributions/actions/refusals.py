"""What was said about a person and not taken: why, in a sentence beside the field that it is about."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contributions import ages


class NotSaid(ValueError):
    """What was said about a person was not taken; `field` is age, adult, who or email, `sentence` what to do."""

    field = "age"

    @property
    def sentence(self) -> str:
        """In the active language."""
        return _("Write an age, such as 7, 3½ or 18 months.")


class AgeNotClear(NotSaid):
    """The age cannot be read without guessing."""


class AdultNotConfirmed(NotSaid):
    """The age says that the person was grown up, and nobody confirmed that; `age` is what was understood."""

    field = "adult"

    def __init__(self, age: ages.Age) -> None:
        super().__init__(f"{age.years} years")
        self.age = age

    @property
    def sentence(self) -> str:
        """In the active language."""
        return _("This says %(age)s. Was this person grown up?") % {"age": ages.in_words(self.age)}


class AlreadyYou(NotSaid):
    """The contributor is another person of the same photo already; `number` is that person's."""

    field = "who"

    def __init__(self, number: int) -> None:
        super().__init__(f"person {number}")
        self.number = number

    @property
    def sentence(self) -> str:
        """In the active language."""
        return _("You are person %(number)d already. Change that first, or choose Someone else.") % {
            "number": self.number
        }


class NotInvited(NotSaid):
    """Nobody can be written to at this address, or none was given."""

    field = "email"

    @property
    def sentence(self) -> str:
        """In the active language."""
        return _("Write an address like name@example.org.")


class AlreadyInvited(NotInvited):
    """Another person of the same photo has this address; `number` is that person's."""

    def __init__(self, number: int) -> None:
        super().__init__(f"person {number}")
        self.number = number

    @property
    def sentence(self) -> str:
        """In the active language."""
        words = _("Person %(number)d has this address already. Write another one, or change person %(number)d first.")
        return words % {"number": self.number}


class TooManyInvited(NotInvited):
    """No more invitations can be written for now; `hours` is how long to wait at most."""

    def __init__(self, hours: int) -> None:
        super().__init__(f"{hours} hours")
        self.hours = hours

    @property
    def sentence(self) -> str:
        """In the active language."""
        words = ngettext(
            "As many people were invited as we allow. Try again in %(hours)d hour, or choose another answer. Your "
            "photos are kept.",
            "As many people were invited as we allow. Try again in %(hours)d hours, or choose another answer. Your "
            "photos are kept.",
            self.hours,
        )
        return words % {"hours": self.hours}


class CampaignNotOpen(Exception):
    """The campaign is paused or closed, so no new sending begins."""


class TooManyPeople(ValueError):
    """More people are marked in one photo than fit."""


class MarkedElsewhere(ValueError):
    """The id that was drawn for a mark belongs to a mark on another photo."""


class PeopleMarked(ValueError):
    """Somebody is marked in the photo, so it cannot be said that nobody is in it."""
