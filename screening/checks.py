"""What `manage.py check --deploy` says of this room."""

from typing import Any

from django.core.checks import CheckMessage, Error, Info

from screening.classifying import weights


def refusal() -> str:
    """Why no worker may start here: weights of a classifier that are not the known ones. Empty: it may."""
    if weights.find() is None:
        return ""
    try:
        weights.read()
    except weights.WrongWeights as error:
        return f"OpenNSFW: {error}. Install the packages again as requirements-screening.txt locks them."
    return ""


def check_weights(**_options: Any) -> list[CheckMessage]:
    """That the classifier's weights are the known ones; without its package, that this machine cannot classify."""
    if weights.find() is None:
        return [Info("No classifier is installed: workers that screen run elsewhere.", id="screening.I001")]
    return [Error(said, id="screening.E001")] if (said := refusal()) else []
