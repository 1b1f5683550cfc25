"""What is done when a person signs out, before the session ends."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User


def leave(person: object) -> None:
    """Have the rooms take back what this person holds (settings.SIGN_OUT_STEPS); nothing for nobody known."""
    if not isinstance(person, User):
        return
    for name in settings.SIGN_OUT_STEPS:
        step: Callable[[UUID], None] = import_string(name)
        step(person.pk)
