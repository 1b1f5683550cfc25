"""What `manage.py check --deploy` says of this room."""

from typing import Any

from django.core.checks import CheckMessage, Error, Info

from screening.classifying import weights


def check_weights(**_options: Any) -> list[CheckMessage]:
    """That the classifier's weights are the known ones; without its package, that this machine cannot classify."""
    if weights.find() is None:
        return [Info("No classifier is installed: workers that screen run elsewhere.", id="screening.I001")]
    try:
        weights.read()
    except weights.WrongWeights as error:
        return [Error(f"OpenNSFW: {error}. Every new photo would be held.", id="screening.E001")]
    return []
