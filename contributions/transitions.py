"""The allowed moves of a sending and of a photo's bytes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignState(models.TextChoices):
    """Whether photos are taken. Changing, withdrawing, receipts and the log go on in each state."""

    OPEN = "open", _("open")
    PAUSED = "paused", _("paused")
    CLOSED = "closed", _("closed")


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


class InvitationState(models.TextChoices):
    """Where asking one depicted person stands; what the person answered is a consent."""

    WRITTEN = "written", _("will be asked")
    ASKED = "asked", _("asked, no answer yet")
    ANSWERED = "answered", _("answered")
    LAPSED = "lapsed", _("did not answer")


class ClaimState(models.TextChoices):
    """Where the word of somebody who thinks they are pictured stands."""

    WRITTEN = "written", _("waiting for the link in the mail")
    OPEN = "open", _("being looked at")
    SETTLED = "settled", _("settled")
    LAPSED = "lapsed", _("lapsed")


# In these a photo can still be agreed to, changed, withdrawn.
HELD = frozenset({PhotoState.RECEIVED, PhotoState.READY})


class TransitionNotAllowed(Exception):
    """The sending or photo is in a state from which this move does not exist."""


CAMPAIGN_TRANSITIONS: dict[CampaignState, frozenset[CampaignState]] = {
    CampaignState.OPEN: frozenset({CampaignState.PAUSED, CampaignState.CLOSED}),
    CampaignState.PAUSED: frozenset({CampaignState.OPEN, CampaignState.CLOSED}),
    CampaignState.CLOSED: frozenset({CampaignState.OPEN}),
}
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
INVITATION_TRANSITIONS: dict[InvitationState, frozenset[InvitationState]] = {
    InvitationState.WRITTEN: frozenset({InvitationState.ASKED, InvitationState.LAPSED}),
    InvitationState.ASKED: frozenset({InvitationState.ANSWERED, InvitationState.LAPSED}),
    InvitationState.ANSWERED: frozenset(),
    InvitationState.LAPSED: frozenset(),
}
CLAIM_TRANSITIONS: dict[ClaimState, frozenset[ClaimState]] = {
    ClaimState.WRITTEN: frozenset({ClaimState.OPEN, ClaimState.LAPSED}),
    ClaimState.OPEN: frozenset({ClaimState.SETTLED}),
    ClaimState.SETTLED: frozenset(),
    ClaimState.LAPSED: frozenset(),
}


def check_campaign(before: str, after: CampaignState) -> None:
    """Raise TransitionNotAllowed unless a campaign may move from `before` to `after`."""
    if after not in CAMPAIGN_TRANSITIONS[CampaignState(before)]:
        raise TransitionNotAllowed(f"a campaign that is {before} cannot become {after}")


def check_sending(before: str, after: SendingState) -> None:
    """Raise TransitionNotAllowed unless a sending may move from `before` to `after`."""
    if after not in SENDING_TRANSITIONS[SendingState(before)]:
        raise TransitionNotAllowed(f"a sending that is {before} cannot become {after}")


def check_photo(before: str, after: PhotoState) -> None:
    """Raise TransitionNotAllowed unless a photo may move from `before` to `after`."""
    if after not in PHOTO_TRANSITIONS[PhotoState(before)]:
        raise TransitionNotAllowed(f"a photo that is {before} cannot become {after}")


def check_invitation(before: str, after: InvitationState) -> None:
    """Raise TransitionNotAllowed unless an invitation may move from `before` to `after`."""
    if after not in INVITATION_TRANSITIONS[InvitationState(before)]:
        raise TransitionNotAllowed(f"an invitation that is {before} cannot become {after}")


def check_claim(before: str, after: ClaimState) -> None:
    """Raise TransitionNotAllowed unless a claim may move from `before` to `after`."""
    if after not in CLAIM_TRANSITIONS[ClaimState(before)]:
        raise TransitionNotAllowed(f"a claim that is {before} cannot become {after}")
