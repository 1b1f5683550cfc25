"""Withdrawal codes: what is printed, what is kept, what may be typed."""

import hmac
import uuid

import pytest

from consent.actions import issue_receipt
from consent.codes import ALPHABET, digest_of, new_code
from consent.models import Receipt
from consent.queries import receipt_by_code


@pytest.mark.requirement("K4")
def test_a_code_holds_more_than_128_bits_in_groups_of_five() -> None:
    groups = new_code().split("-")
    assert [len(group) for group in groups] == [5] * 6
    assert set("".join(groups)) <= set(ALPHABET)
    assert len(ALPHABET) ** 30 > 2**128


@pytest.mark.requirement("K4")
@pytest.mark.django_db
def test_every_receipt_has_a_new_code_and_earlier_ones_stay_valid() -> None:
    participant, decision = uuid.uuid4(), uuid.uuid4()
    issued = [issue_receipt(decision=one, participant=participant) for one in (decision, decision, uuid.uuid4())]
    assert len({code for _receipt, code in issued}) == 3
    assert all(receipt_by_code(code) == receipt for receipt, code in issued)


@pytest.mark.django_db
def test_a_code_is_kept_as_its_digest_only() -> None:
    receipt, code = issue_receipt(decision=uuid.uuid4(), participant=uuid.uuid4())
    kept = repr(Receipt.objects.filter(pk=receipt.pk).values().get())
    assert code not in kept
    assert str(receipt) == str(receipt.pk)
    assert code.replace("-", "") not in kept


@pytest.mark.requirement("K4")
@pytest.mark.django_db
def test_a_code_may_be_typed_with_spaces_in_lower_case_and_with_lookalikes() -> None:
    receipt, code = issue_receipt(decision=uuid.uuid4(), participant=uuid.uuid4())
    typed = f" {code.lower().replace('-', '  ').replace('0', 'o').replace('1', 'l')}\t"
    assert receipt_by_code(typed) == receipt


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "-----", "AAAAA-BBBBB", "' OR 1=1 --", "É" * 30, "0" * 10_000, "\0"])
def test_an_unknown_code_finds_nothing(typed: str) -> None:
    issue_receipt(decision=uuid.uuid4(), participant=uuid.uuid4())
    assert receipt_by_code(typed) is None


@pytest.mark.requirement("K4")
@pytest.mark.django_db
def test_a_code_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    _receipt, code = issue_receipt(decision=uuid.uuid4(), participant=uuid.uuid4())
    compared = []

    def compare(kept: bytes, typed: bytes) -> bool:
        compared.append((kept, typed))
        return False

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert receipt_by_code(code) is None
    assert compared == [(digest_of(code), digest_of(code))]
