"""Keeps the one room that knows a contributor's address in a database of its own."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model

IDENTITY = "identity"


class IdentityApart:
    """Sends the identity room to its own database and every other room to research; relations never cross.

    The alias `auditor` is never chosen here: it is read by an explicit `using("auditor")` alone.
    """

    def db_for_read(self, model: type[Model], **_hints: object) -> str:
        """The alias a model is read from. Raises ImproperlyConfigured without access to identity."""
        return self._alias(model)

    def db_for_write(self, model: type[Model], **_hints: object) -> str:
        """The alias a model is written to. Raises ImproperlyConfigured without access to identity."""
        return self._alias(model)

    def allow_relation(self, one: Model, other: Model, **_hints: object) -> bool:
        """Whether two rows may point at each other: only inside the same database."""
        return (one._meta.app_label == IDENTITY) == (other._meta.app_label == IDENTITY)

    def allow_migrate(self, db: str, app_label: str, **_hints: object) -> bool:
        """Whether an app's tables belong in a database."""
        return db == (IDENTITY if app_label == IDENTITY else "default")

    @staticmethod
    def _alias(model: type[Model]) -> str:
        if model._meta.app_label != IDENTITY:
            return "default"
        if IDENTITY not in settings.DATABASES:
            raise ImproperlyConfigured(
                f"This process has no access to identities (MPM_IDENTITY_URL) and may not touch {model._meta.label}."
            )
        return IDENTITY
