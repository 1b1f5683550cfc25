"""Letting the present session go on when all of a person's sessions are ended."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from accounts.actions import rename_session
from accounts.models import User
from accounts.session import former_key


def keep_session(request: HttpRequest, person: User) -> None:
    """Let this session of the person go on, under a new key."""
    request.user = person
    update_session_auth_hash(request, person)
    if old := former_key(request):
        rename_session(old=old, new=request.session.session_key)
