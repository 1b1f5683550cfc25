"""The allowed moves of a sending and of a photo's bytes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SendingState(models.TextChoices):
    """Where one sending (a contribution) stands."""

    DRAFT = "draft", _("not sent yet")
    SENT = "sent", _("waiting for the link in the mail")
    ANSWERED = "answered", _("answered")
    LAPSED = "lapsed", _("lapsed")
    STOPPED = "stopped", _("stopped and deleted")


class PhotoState(models.TextChoices):
    """Where one photo's bytes stand."""

    RECEIVED = "received", _("received, being checked")
    READY = "ready", _("received")
    REFUSED = "refused", _("not a picture we can read")
    LAPSED = "lapsed", _("not kept")
    ERASED = "erased", _("deleted")


# In these a photo can still be agreed to, changed, withdrawn.
HELD = frozenset({PhotoState.RECEIVED, PhotoState.READY})


class TransitionNotAllowed(Exception):
    """The sending or photo is in a state from which this move does not exist."""


SENDING_TRANSITIONS: dict[SendingState, frozenset[SendingState]] = {
    SendingState.DRAFT: frozenset({SendingState.SENT, SendingState.LAPSED, SendingState.STOPPED}),
    SendingState.SENT: frozenset({SendingState.ANSWERED, SendingState.LAPSED, SendingState.STOPPED}),
    SendingState.ANSWERED: frozenset(),
    SendingState.LAPSED: frozenset(),
    SendingState.STOPPED: frozenset(),
}
PHOTO_TRANSITIONS: dict[PhotoState, frozenset[PhotoState]] = {
    PhotoState.RECEIVED: frozenset({PhotoState.READY, PhotoState.REFUSED, PhotoState.LAPSED}),
    PhotoState.READY: frozenset({PhotoState.LAPSED, PhotoState.ERASED}),
    PhotoState.REFUSED: frozenset({PhotoState.LAPSED}),
    PhotoState.LAPSED: frozenset({PhotoState.ERASED}),
    PhotoState.ERASED: frozenset(),
}


def check_sending(before: str, after: SendingState) -> None:
    """Raise TransitionNotAllowed unless a sending may move from `before` to `after`."""
    if after not in SENDING_TRANSITIONS[SendingState(before)]:
        raise TransitionNotAllowed(f"a sending that is {before} cannot become {after}")


def check_photo(before: str, after: PhotoState) -> None:
    """Raise TransitionNotAllowed unless a photo may move from `before` to `after`."""
    if after not in PHOTO_TRANSITIONS[PhotoState(before)]:
        raise TransitionNotAllowed(f"a photo that is {before} cannot become {after}")
