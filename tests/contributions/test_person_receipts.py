"""Receipts: on one side of paper, looked up again, with the record and the proof that the log holds it (K6, L7)."""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import BrowserContext
from pytest_django import Settings

from audit.proofs.statements import Statement
from audit.queries import log_key
from audit.standalone import verify_log
from consent.models import Receipt
from contributions import tasks
from contributions.queries.papers import photos_in_words
from identity.models import Mail
from tests.audit.conftest import keeper as keeper  # noqa: PLC0414 - a fixture of the log's own tests
from tests.consent.notices import published
from tests.contributions.giver import EVERYTHING, Giver
from tests.identity.mails import last_link, sent

pytestmark = pytest.mark.django_db(databases=["default", "identity", "auditor"], transaction=True)

Keeper = Callable[[], Statement]
LONG = {
    **django_settings.CAMPAIGN,
    "name": "A campaign whose name is so long that it needs more than one line on every page that it stands on",
    "institution": "The Institute for Something with a Rather Long Name at the University of Somewhere Far Away",
    "ethics": "Human Research Ethics Committee approval 2026/0123456789-A, amended",
    "contact": "a.rather.long.name.of.a.contact.person@a-rather-long-name-of-a-department.example.org",
}


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def at_home(giver: Giver) -> Giver:
    giver.client.post("/change-or-withdraw/", {"email": giver.address})
    giver.client.get(last_link())
    giver.client.post("/your-photos/open/", {"what": "see"})
    return giver


def first_receipt(giver: Giver) -> str:
    found = re.search(r'href="(/your-photos/receipts/[^"]+)"', giver.client.get("/your-photos/").content.decode())
    assert found is not None
    return found[1]


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([3], "Photo 3"),
        ([1, 2, 3, 5], "Photos 1\N{EN DASH}3, 5"),
        ([*range(1, 15), 16], "Photos 1\N{EN DASH}14, 16"),
        ([2, 1], "Photos 1\N{EN DASH}2"),
    ],
    ids=["one", "a run and one", "fourteen and one", "unsorted"],
)
def test_photos_of_which_the_same_was_said_stand_together(numbers: list[int], words: str) -> None:
    assert photos_in_words(numbers) == words


@pytest.mark.requirement("K6")
def test_a_receipt_says_what_when_and_by_which_notice_and_holds_no_code() -> None:
    giver = Giver().drafts(2).sends()
    code = giver.answers(*EVERYTHING).decided.code
    path = first_receipt(at_home(giver))
    words = text(giver.client.get(path))
    assert "Photos 1\N{EN DASH}2 agreed: research to protect children; sharing" in words
    assert f"Version {published().version}" in words
    address = django_settings.SITE_URL + f"/notice/{published().version}/{published().language}/"
    assert f'href="{address}"' in giver.client.get(path).content.decode()
    assert code not in words
    assert "stands in the receipt in your mail" in words
    record = giver.client.get(f"{path}record/")
    assert record["Content-Type"] == "application/ld+json"
    assert record.content.decode() == Receipt.objects.get().document
    assert giver.client.get(f"{path}proof/").status_code == 202


def test_somebody_elses_receipt_does_not_exist() -> None:
    giver = at_home(Giver().agrees())
    path = first_receipt(giver)
    stranger = at_home(Giver(address="stranger@example.org").agrees())
    for ending in ("", "record/", "proof/"):
        assert stranger.client.get(path + ending).status_code == 404
        assert Client().get(path + ending).status_code == 302


@pytest.mark.requirement("K6", "L7")
def test_the_mailed_proof_verifies_offline_and_holds_the_digest_of_the_mailed_record(keeper: Keeper) -> None:
    giver = Giver().agrees()
    mail = Mail.objects.get(kind=Mail.Kind.RECEIPT)
    assert mail.ready_at is None
    keeper()
    tasks.sweep_across()
    code_mail = sent()[-1]
    files = {name: body for name, body, _kind in _attachments(code_mail)}
    assert set(files) == {"receipt.jsonld", "receipt.tlog-proof"}
    _index, entry, _checkpoint = verify_log.check_proof(files["receipt.tlog-proof"].decode(), log_key())
    assert entry["action"] == "receipt:issued"
    assert entry["data"]["document"] == sha256(files["receipt.jsonld"]).hexdigest()
    assert giver.address not in json.dumps(entry)


def test_without_a_keeper_the_receipt_is_mailed_without_a_proof(settings: Settings) -> None:
    settings.RECEIPT_PROOF_SECONDS = 0
    Giver().agrees()
    tasks.sweep_across()
    assert [name for name, _body, _kind in _attachments(sent()[-1])] == ["receipt.jsonld"]


def test_twenty_photos_with_every_use_and_long_names_print_on_one_side(
    desktop: BrowserContext, live: str, settings: Settings
) -> None:
    settings.CAMPAIGN = LONG
    giver = Giver().drafts(20).sends()
    page = desktop.new_page()
    page.goto(live + last_link())
    for box in ("Research", "Sharing", "Showing"):
        page.locator(".choice label").get_by_text(box, exact=True).click()
    page.get_by_role("button", name="I agree").click()
    page.locator(".receipt-code").wait_for()
    assert pages(page.pdf(format="A4")) == 1
    page.emulate_media(media="print")
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.receipt-code')).fontSize)")
    assert size * 72 / 96 >= 14
    page = desktop.new_page()
    page.goto(f"{live}/change-or-withdraw/")
    page.get_by_label("Your e-mail address").fill(giver.address)
    with page.expect_navigation():
        page.get_by_role("button", name="Send me a link").click()
    page.goto(live + last_link())
    page.locator(".choice label").get_by_text("See what I gave, and change it", exact=True).click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="Receipt of").first.click()
    page.locator(".receipt").wait_for()
    page.wait_for_load_state()
    assert pages(page.pdf(format="A4")) == 1


def _attachments(message: Any) -> list[tuple[str, bytes, str]]:
    parts = [part for part in message.message().walk() if part.get_filename()]
    return [(part.get_filename(), part.get_payload(decode=True), part.get_content_type()) for part in parts]
