"""How a session's person is loaded: together with the roles, since every staff page asks for them."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class StaffBackend(AuthenticationBackend):
    """Signing in as allauth has it."""

    def get_user(self, user_id: Any) -> User | None:
        """The person and their roles in one statement; None for nobody, and for somebody deactivated."""
        person = User.objects.with_roles().filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
