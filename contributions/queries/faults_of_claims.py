"""Claims that are past their time, or whose address is missing or kept for nothing."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from contributions.models import Claim
from contributions.queries.claims import UNSETTLED, past_their_time
from contributions.transitions import ClaimState
from identity.models import Keep, Mail
from identity.queries import mails_not_released
from vault.queries import Fault


def faults_of_claims(*, grace: timedelta) -> Iterator[Fault]:
    """Every disagreement between the claims of research and identity that is older than `grace`."""
    before = timezone.now() - grace
    kept = set(Keep.objects.values_list("subject", flat=True))
    waiting = Claim.objects.filter(state__in=UNSETTLED, created_at__lte=before).values_list("pk", flat=True)
    yield from (Fault("claim_without_keep", str(pk)) for pk in sorted(set(waiting) - kept))
    over = Claim.objects.filter(pk__in=kept, closed_at__lte=before).values_list("pk", flat=True)
    yield from (Fault("keep_of_closed_claim", str(pk)) for pk in sorted(over))
    yield from (Fault("claim_past_its_time", str(claim.pk)) for claim in past_their_time(overdue=grace))
    letters = mails_not_released(grace).filter(kind=Mail.Kind.CLAIM_LINK).values_list("decision", flat=True)
    written = Claim.objects.filter(pk__in=list(letters), state=ClaimState.WRITTEN)
    yield from (Fault("mail_not_released", str(claim.pk)) for claim in written)
