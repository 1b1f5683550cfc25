"""What the rooms show on the desk. A piece that fails is told and hides nothing else."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.utils.module_loading import import_string

from audit.queries import Chart, Panel

logger = logging.getLogger(__name__)
Made = TypeVar("Made")
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the rooms gave, in the order of the settings; `unread` counts the pieces that could not be made."""

    panels: list[Panel]
    charts: list[Chart]
    unread: int


def shown() -> Shown:
    """The panels that settings.AUDIT_PANELS name and the charts of settings.AUDIT_CHARTS."""
    panels: list[Panel | None] = [_made(name) for name in settings.AUDIT_PANELS]
    charts: list[list[Chart] | None] = [_made(name) for name in settings.AUDIT_CHARTS]
    return Shown(
        [panel for panel in panels if panel is not None],
        [chart for given in charts for chart in given or []],
        [*panels, *charts].count(None),
    )


def choices() -> dict[str, Choices]:
    """What settings.AUDIT_CHOICES offer for the filter: name of the field -> pairs of id in the log and label."""
    offered: dict[str, Choices | None] = {field: _made(name) for field, name in settings.AUDIT_CHOICES.items()}
    return {field: list(found) for field, found in offered.items() if found is not None}


def _made(name: str) -> Made | None:
    """What the room's function returns; None when it fails for whatever reason, which goes to the site's own log.

    An entry that a taken process once recorded cannot be removed: it must not blind the auditor's first page for good.
    """
    try:
        make: Callable[[], Made] = import_string(name)
        return make()
    except Exception:
        logger.exception("%s could not be shown on the auditor's desk.", name)
        return None
