"""All figures at one moment, as settings.SYSTEM_FIGURES gives them. One that fails takes no other with it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from operations.figures import FIGURES

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The figures by name, and the rooms that could not give theirs."""

    figures: Mapping[str, float]
    missing: tuple[str, ...]


def gather() -> Gathered:
    """Ask every room; what none of FIGURES names is left out."""
    figures: dict[str, float] = {}
    missing = []
    for name in settings.SYSTEM_FIGURES:
        try:
            ask: Callable[[], Mapping[str, float]] = import_string(name)
            figures |= {key: float(value) for key, value in ask().items() if key in FIGURES}
        except Exception as error:  # noqa: BLE001 -- whatever a room cannot say, the others are told
            room = name.partition(".")[0]
            # The error's own words could hold a value.
            logger.warning("The figures of %s are missing: %s", room, type(error).__name__)
            missing.append(room)
    return Gathered(figures, tuple(missing))
