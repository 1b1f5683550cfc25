"""Seal what second factors are made from under today's MPM_SECRET_KEY, so that an earlier one can be taken away."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.adapter import StaffFactors

# Where allauth keeps what it had us encrypt.
SEALED = frozenset({"secret", "seed"})


class Command(BaseCommand):
    """Reads each with the earlier secrets, too, and writes it with today's; run again, it does the same again."""

    help = __doc__

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Go through every app and every set of recovery codes."""
        sealed = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
        renewed = sum(_renew(pk) for pk in sealed.values_list("pk", flat=True))
        self.stdout.write(f"{renewed} second factors are sealed under today's secret.")


@transaction.atomic
def _renew(pk: int) -> bool:
    found = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        return False
    factors = StaffFactors()
    for key in SEALED & found.data.keys():
        found.data[key] = factors.encrypt(factors.decrypt(found.data[key]))
    found.save(update_fields=["data"])
    return True
