"""The time of the answer says nothing about whether an address is known."""

import random
import time
import uuid

import pytest
from django.test import Client
from scipy.stats import mannwhitneyu  # type: ignore[import-untyped]

from identity import actions
from identity.actions import limits
from tests import soak

EACH = 1000


@pytest.mark.soak
@pytest.mark.requirement("I6")
@pytest.mark.django_db(databases=["default", "identity"], transaction=True)
def test_the_times_for_known_and_unknown_addresses_cannot_be_told_apart(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LINKS_IN_ALL", 10 * EACH)
    for number in range(EACH):
        actions.request_consent(address=f"known{number}@example.org", sending=uuid.uuid4(), language="en")
    wanted = [(kind, number) for number in range(EACH) for kind in ("known", "other")]
    random.Random(1).shuffle(wanted)  # noqa: S311 - an order, not a secret
    times: dict[str, list[float]] = {"known": [], "other": []}
    for place, (kind, number) in enumerate(wanted):
        where = f"10.{place // 65536}.{place // 256 % 256}.{place % 256}"
        start = time.perf_counter()
        answer = client.post("/change-or-withdraw/", {"email": f"{kind}{number}@example.org"}, REMOTE_ADDR=where)
        times[kind].append(time.perf_counter() - start)
        assert answer.status_code == 302
    chance = mannwhitneyu(times["known"], times["other"]).pvalue
    soak.write_down("times for known and unknown addresses", f"Mann-Whitney p = {chance:.3f}, {EACH} each")
    assert chance > 0.01
