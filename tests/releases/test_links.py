"""Links to releases: to whom one is made, what it says, and that nobody guesses or inherits one."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from releases import actions
from releases.models import Audience, Delivery, Recipient, Release
from releases.tokens import link_for, token_for
from releases.transitions import ReleaseState
from tests.releases.curators import Curators
from tests.releases.receiving import Program, approved, asked, empty, entered, handed_out, opened

pytestmark = pytest.mark.django_db(databases=["default", "identity"])


@pytest.fixture
def program(curators: Curators) -> Program:
    return handed_out(curators, empty(curators))


@pytest.mark.requirement("I5")
def test_opening_it_binds_the_session_and_loses_the_token(program: Program) -> None:
    client, token = Client(), token_for(program.delivery.pk)
    answer = client.get(f"/dataset/link/{token}/")
    assert (answer.status_code, answer["Location"], answer["Referrer-Policy"]) == (302, "/dataset/", "no-referrer")
    assert client.session["delivery"] == str(program.delivery.pk)
    page = client.get("/dataset/").content.decode()
    assert "Institute of Photographs" in page
    assert token not in page
    assert token not in "".join(Event.objects.values_list("leaf", flat=True))
    assert not Delivery.objects.filter(token_sha256=token.encode()).exists()


def test_a_guess_opens_nothing_and_is_counted(program: Program) -> None:
    client = Client()
    guesses = [asked(client, "", Authorization=f"Bearer {number}").status for number in range(12)]
    assert guesses == [401] * 10 + [429] * 2
    assert client.get("/dataset/link/guess/").status_code == 429
    assert program.get().status == 200


def test_a_wrong_link_leaves_the_browser_with_none(program: Program) -> None:
    client = opened(program)
    client.get("/dataset/link/guess/")
    assert client.get("/dataset/").status_code == 403


def test_looking_ahead_binds_nothing(program: Program) -> None:
    client = Client()
    client.head(f"/dataset/link/{token_for(program.delivery.pk)}/")
    assert client.get("/dataset/").status_code == 403


def test_a_session_that_was_somebody_elses_gets_a_new_key(program: Program, curators: Curators) -> None:
    client = opened(program)
    before = client.session.session_key
    client.get(f"/dataset/link/{token_for(handed_out(curators, program.delivery.release).delivery.pk)}/")
    assert client.session.session_key != before


@pytest.mark.requirement("D9")
def test_it_is_mailed_once_and_not_after_its_end(program: Program, curators: Curators, mailoutbox: list[Any]) -> None:
    ended = handed_out(curators, program.delivery.release).delivery
    actions.end_delivery(delivery_id=ended.pk, staff_id=curators.second)
    assert [actions.send_links(), actions.send_links()] == [1, 0]
    (mail,) = mailoutbox
    assert mail.to == ["robin@institute.example"]
    assert link_for(program.delivery.pk) in mail.body
    assert "0 photos, 0 bytes in all. The program mpm_release.py" in mail.body


def test_a_mail_that_is_refused_waits(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_said: object) -> None:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr("releases.actions.lettering.send_mail", refuse)
        assert actions.send_links() == 0
    assert actions.send_links() == 1


def refusal(recipient: Recipient, release: Release, curators: Curators) -> str:
    with pytest.raises(actions.DeliveryNotPossible) as refused:
        actions.deliver(recipient_id=recipient.pk, release_id=release.pk, staff_id=curators.first)
    return refused.value.code


@pytest.mark.requirement("D9")
def test_it_is_made_for_approved_recipients_of_the_releases_audience_one_at_a_time(
    program: Program, curators: Curators
) -> None:
    release, own = program.delivery.release, program.delivery.recipient
    left, over = approved(curators), approved(curators)
    actions.end_recipient(recipient_id=left.pk, staff_id=curators.first)
    Recipient.objects.filter(pk=over.pk).update(agreement_until=timezone.now().date() - timedelta(days=1))
    partner, new = approved(curators, audience=Audience.PARTNERS), entered(curators)
    refused = [refusal(one, release, curators) for one in (partner, own, new, left, over)]
    assert refused == ["other_audience", "already_open", "not_approved", "ended", "over"]
    Release.objects.update(state=ReleaseState.SUPERSEDED)
    assert refusal(approved(curators), release, curators) == "not_published"


def test_the_program_is_there_for_everybody() -> None:
    answer = Client().get("/dataset/mpm_release.py")
    assert answer["Content-Disposition"] == 'attachment; filename="mpm_release.py"'
    assert b"def prune" in answer.content
