"""Recipients: entered by one curator and approved by another, ended by any; the curators' pages of them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Head
from releases import actions
from releases.models import Delivery, Recipient
from releases.queries import missing_by_log
from releases.tokens import token_for
from tests.cast import Casting, Member
from tests.releases.curators import Curators
from tests.releases.receiving import approved, empty, entered, handed_out

pytestmark = pytest.mark.django_db(databases=["default", "identity"])
CONFIRMED = {"confirm": "1"}
FORM = {
    "institution": "Institute of Photographs",
    "contact": "Robin Reader",
    "address": "robin@institute.example",
    "audience": "own",
    "agreement": "DTA-7",
    "agreement_until": "2099-12-31",
}


@pytest.mark.requirement("D9", "D10")
@pytest.mark.django_db(transaction=True, databases=["default", "identity"])
def test_two_curators_make_a_recipient_and_any_one_ends_it(curators: Curators) -> None:
    recipient = entered(curators)
    with pytest.raises(actions.RecipientNotPossible, match="same_person"):
        actions.approve_recipient(recipient_id=recipient.pk, staff_id=curators.first)
    actions.approve_recipient(recipient_id=recipient.pk, staff_id=curators.second)
    with pytest.raises(actions.RecipientNotPossible, match="approved"):
        actions.approve_recipient(recipient_id=recipient.pk, staff_id=curators.third)
    first = actions.end_recipient(recipient_id=recipient.pk, staff_id=curators.third).ended_at
    assert actions.end_recipient(recipient_id=recipient.pk, staff_id=curators.first).ended_at == first
    with pytest.raises(actions.RecipientNotPossible, match="ended"):
        actions.approve_recipient(recipient_id=recipient.pk, staff_id=curators.second)
    assert list(missing_by_log()) == []
    Recipient.objects.update(ended_at=None, ended_by=None)
    assert list(missing_by_log()) == [f"recipient_not_ended {recipient.pk}"]


def test_an_agreement_that_is_over_is_neither_entered_nor_approved(curators: Curators) -> None:
    yesterday = timezone.now().date() - timedelta(days=1)
    with pytest.raises(actions.RecipientNotPossible, match="over"):
        entered(curators, agreement_until=yesterday)
    recipient = entered(curators)
    Recipient.objects.update(agreement_until=yesterday)
    with pytest.raises(actions.RecipientNotPossible, match="over"):
        actions.approve_recipient(recipient_id=recipient.pk, staff_id=curators.second)


@pytest.mark.django_db(transaction=True, databases=["default", "identity"])
def test_after_a_restore_what_was_ended_stays_ended(curators: Curators) -> None:
    link = handed_out(curators, empty(curators)).delivery
    actions.end_delivery(delivery_id=link.pk, staff_id=curators.second)
    actions.end_recipient(recipient_id=link.recipient_id, staff_id=curators.second)
    for rows in (Delivery.objects, Recipient.objects):
        rows.update(ended_at=None, ended_by=None)
    assert actions.replay(first=0, size=Head.objects.get().size) == 2
    link.refresh_from_db()
    assert link.ended_by_id == link.recipient.ended_by_id == curators.second
    assert actions.replay(first=0, size=Head.objects.get().size) == 0


class TestPages:
    """What curators press."""

    @pytest.fixture
    def one(self, staff: Casting) -> Member:
        return staff("curator")

    @pytest.fixture
    def other(self, staff: Casting) -> Member:
        return staff("curator")

    @pytest.mark.requirement("D9")
    def test_enter_approve_make_a_link_and_end_it(self, one: Member, other: Member, curators: Curators) -> None:
        release = empty(curators)
        page = one.client.post("/staff/recipients/enter/", FORM)["Location"]
        assert "Waiting for a second curator" in one.client.get(page).content.decode()
        assert "Approve this recipient" in other.client.get(page).content.decode()
        assert "You entered this recipient" in one.client.post(f"{page}approve/", follow=True).content.decode()
        other.client.post(f"{page}approve/")
        made = other.client.post(f"{page}deliver/", {"release": str(release.pk)}, follow=True).content.decode()
        assert "is being mailed to robin@institute.example" in made
        assert not {"/dataset/link/", token_for(Delivery.objects.get().pk)} & {
            *re.findall(r"/dataset/link/|[\w-]{43}", made)
        }
        again = other.client.post(f"{page}deliver/", {"release": str(release.pk)}, follow=True).content.decode()
        assert "has an open link to this release" in again
        delivery = Delivery.objects.get()
        one.client.post(f"/staff/deliveries/{delivery.pk}/end/")
        asked = one.client.post(f"{page}end/").content.decode()
        assert "End Institute of Photographs as a recipient?" in asked
        assert Recipient.objects.get().ended_at is None
        one.client.post(f"{page}end/", CONFIRMED)
        delivery.refresh_from_db()
        assert delivery.ended_by_id == one.user.pk
        assert "Nothing is handed out" in one.client.get(page).content.decode()

    @pytest.mark.requirement("D10")
    def test_what_gives_takes_a_fresh_second_factor_and_what_takes_away_does_not(
        self, one: Member, curators: Curators
    ) -> None:
        release, new, known = empty(curators), entered(curators), approved(curators)
        link = handed_out(curators, release).delivery
        one.change_session(account_authentication_methods=[{"method": "mfa", "at": 1.0, "type": "totp"}])
        for path, said in (
            (f"/staff/recipients/{new.pk}/approve/", {}),
            (f"/staff/recipients/{known.pk}/deliver/", {"release": str(release.pk)}),
        ):
            assert one.client.post(path, said)["Location"].startswith("/staff/confirm/"), path
        new.refresh_from_db()
        assert new.approved_at is None
        assert known.deliveries.count() == 0
        one.client.post(f"/staff/deliveries/{link.pk}/end/")
        one.client.post(f"/staff/recipients/{known.pk}/end/", CONFIRMED)
        assert Delivery.objects.filter(ended_at__isnull=False).count() == 1
        assert Recipient.objects.filter(ended_at__isnull=False).count() == 1

    def test_a_day_that_has_passed_is_said_beside_its_field(self, one: Member) -> None:
        answer = one.client.post("/staff/recipients/enter/", FORM | {"agreement_until": "2001-01-01"})
        assert answer.status_code == 422
        assert "Last day of the agreement: This day has passed" in answer.content.decode()
        assert not Recipient.objects.exists()

    def test_a_release_that_is_none_is_not_handed_out(self, one: Member, curators: Curators) -> None:
        known = approved(curators)
        assert one.client.post(f"/staff/recipients/{known.pk}/deliver/", {"release": "x"}).status_code == 404
