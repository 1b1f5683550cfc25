"""Staff: people, invitations, how they sign in, and what takes a second administrator."""

from accounts.models.people import StaffManager, User
from accounts.models.sign_ins import CacheRow, SignIn, SignInChange
from accounts.models.two_people import Invitation, RolesRequest, SignInReset

__all__ = ["CacheRow", "Invitation", "RolesRequest", "SignIn", "SignInChange", "SignInReset", "StaffManager", "User"]
