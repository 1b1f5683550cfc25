"""What this room knows, for its own views and for the rooms above it."""

from contributions.decades import DECADES, decade_label
from contributions.decoder.straight import Straight, can_be_laid
from contributions.frames import WHOLE, is_frame
from contributions.looks import Look, Pixels
from contributions.queries.audit import audit_charts, audit_panel
from contributions.queries.campaign_state import Campaign, campaign
from contributions.queries.coverage import Coverage, coverage
from contributions.queries.framing import found_frame_of, frame_of
from contributions.queries.giving import giving_open, photo_of_session, sending_of_session, unfinished_of_session
from contributions.queries.grounds import grounds_in_words, mark_in_words, marks_on
from contributions.queries.missing import missing_by_log
from contributions.queries.news import PublicNews, ReleaseNews, UpdateNews, news
from contributions.queries.panels import PersonPanel, PhotosWent, WhatFor
from contributions.queries.person import sending_card, sendings_of, subjects_of, withdrawable
from contributions.queries.pixels import PixelsUnavailable, pixels_of
from contributions.queries.steps import overdue, parked, photos_waiting
from contributions.queries.system import is_disk_free, system_figures
from contributions.queries.use import (
    allowed_scopes,
    departing,
    grounds_case,
    grounds_of,
    in_question,
    in_use,
    open_withdrawals,
    staying,
)
from contributions.queries.wanted import shortest

__all__ = [
    "DECADES",
    "WHOLE",
    "Campaign",
    "Coverage",
    "Look",
    "PersonPanel",
    "PhotosWent",
    "Pixels",
    "PixelsUnavailable",
    "PublicNews",
    "ReleaseNews",
    "Straight",
    "UpdateNews",
    "WhatFor",
    "allowed_scopes",
    "audit_charts",
    "audit_panel",
    "campaign",
    "can_be_laid",
    "coverage",
    "decade_label",
    "departing",
    "found_frame_of",
    "frame_of",
    "giving_open",
    "grounds_case",
    "grounds_in_words",
    "grounds_of",
    "in_question",
    "in_use",
    "is_disk_free",
    "is_frame",
    "mark_in_words",
    "marks_on",
    "missing_by_log",
    "news",
    "open_withdrawals",
    "overdue",
    "parked",
    "photo_of_session",
    "photos_waiting",
    "pixels_of",
    "sending_card",
    "sending_of_session",
    "sendings_of",
    "shortest",
    "staying",
    "subjects_of",
    "system_figures",
    "unfinished_of_session",
    "withdrawable",
]
