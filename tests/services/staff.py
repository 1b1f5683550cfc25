"""Staff of a site over TLS, who sign in as staff do: with a password and the code that their app shows."""

import hmac
import json
import struct
import time
from base64 import b32decode
from typing import Final

from playwright.sync_api import expect

from tests.journey.test_journey import Visitor
from tests.services.stack import Stack

PASSWORD: Final = "four plain words together"
CAST: Final = {
    "annotator": "annotator",
    "curator": "curator",
    "second-curator": "curator",
    "auditor": "auditor",
}
ENROL: Final = """
from accounts.models import User
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
made = {}
for name, role in json.loads(%r).items():
    user = User.objects.enrol(email=f"{name}@example.org", name=name.title())
    user.set_password(%r)
    user.save()
    user.groups.set(Group.objects.filter(name=role))
    made[name] = generate_totp_secret()
    TOTP.activate(user, made[name])
    RecoveryCodes.activate(user)
print(json.dumps(made))
"""


def enrol(stack: Stack) -> dict[str, str]:
    """Everybody of the cast, with the secret in their app."""
    made = stack.processes.call(ENROL % (json.dumps(CAST), PASSWORD))
    return {name: str(secret) for name, secret in made.items()}


def sign_in(visitor: Visitor, name: str, secret: str) -> Visitor:
    """Sign this person in by the pages."""
    page = visitor.go("/staff/account/login/")
    page.locator("input[name=login]").fill(f"{name}@example.org")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    code = page.locator("input[name=code]")
    expect(code).to_be_visible()
    code.fill(shown(secret))
    code.press("Enter")
    expect(page).to_have_url(f"{visitor.stack.site}/staff/")
    return visitor


def shown(secret: str) -> str:
    """What the app shows now (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(b32decode(secret), counter, "sha1")
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 10**6:06}"
