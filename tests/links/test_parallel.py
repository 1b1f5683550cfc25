"""A hundred presses at once have one effect, through the pages as browsers send them (requirement I5)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from consent.models import ConsentRecord, Receipt
from contributions.models import Withdrawal
from identity.models import Link, Mail
from tests.consent.notices import published
from tests.contributions.giver import Giver
from tests.identity.mails import last_link

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity", "auditor"])
PRESSES, AT_ONCE = 100, 16


def press(browser: Client, path: str, data: dict[str, str]) -> list[str]:
    """Post the same form a hundred times at once from one browser; where each press led."""

    def once(_number: int) -> str:
        copy = Client()
        copy.cookies.update(browser.cookies)
        try:
            return str(copy.post(path, data).headers.get("Location", ""))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(once, range(PRESSES)))


@pytest.mark.requirement("I5")
def test_a_hundred_presses_of_agree_are_one_answer() -> None:
    giver = Giver().drafts(2).sends()
    giver.opens_link()
    led_to = press(giver.client, "/consent/", {"answer": "agree", "research": "on", "notice": str(published().pk)})
    assert led_to.count("/consent/thanks/") == 1
    assert ConsentRecord.objects.filter(state="given").count() == 2
    assert Receipt.objects.count() == 1
    assert Mail.objects.filter(kind=Mail.Kind.RECEIPT).count() == 1


@pytest.mark.requirement("I5")
def test_a_hundred_presses_of_withdraw_are_one_withdrawal() -> None:
    giver = Giver().agrees(2)
    giver.client.post("/change-or-withdraw/", {"email": giver.address})
    giver.client.get(last_link())
    led_to = press(giver.client, "/your-photos/open/", {"what": "all"})
    assert led_to.count("/your-photos/") == 1
    assert Link.objects.filter(action=Link.Action.MANAGE, closed_at__isnull=False).count() == 1
    assert Withdrawal.objects.count() == 2
    assert ConsentRecord.objects.filter(state="withdrawn").count() == 2
