"""A mail that came back for good is recorded, whoever says so; nothing of the report is kept or repeated."""

import io
import smtplib
import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from identity import actions
from identity.actions import NotForGood
from identity.bounces import LARGEST, NotAReport, Report, read
from identity.letters import own_host
from identity.models import Identity, Link, Mail, WaitingEvent
from identity.queries import bounced, mails_to_send, may_be_invited
from identity.refusals import status_of
from tests.identity.mails import sent
from tests.identity.reports import report
from tests.identity.test_consent_links import released

NUMBER = uuid.UUID("11111111-2222-4333-8444-555555555555")
DATABASES = pytest.mark.django_db(databases=["default", "identity"])


def refused(code: int, words: bytes = b"5.1.1 no canary@example.org here") -> Exception:
    return smtplib.SMTPRecipientsRefused({"canary@example.org": (code, words)})


ERRORS = {
    "no such recipient": (refused(550), "5.1.1"),
    "no such recipient, without a status": (refused(553, b"no"), "5.0.0"),
    "words as text": (smtplib.SMTPRecipientsRefused({"a": (550, "5.2.1 closed")}), "5.2.1"),  # type: ignore[dict-item]
    "a status of another class": (refused(550, b"4.2.2 full"), "5.0.0"),
    "later": (refused(450, b"4.2.0 greylisted"), ""),
    "one of two later": (smtplib.SMTPRecipientsRefused({"a": (550, b""), "b": (450, b"")}), ""),
    "nobody named": (smtplib.SMTPRecipientsRefused({}), ""),
    "the mail itself": (smtplib.SMTPDataError(554, b"5.6.0 not like this"), "5.6.0"),
    "the mail itself, later": (smtplib.SMTPDataError(451, b"4.3.0 later"), ""),
    "our password": (smtplib.SMTPAuthenticationError(535, b"5.7.8 wrong"), ""),
    "our name": (smtplib.SMTPHeloError(501, b"5.5.4 who"), ""),
    "our sender": (smtplib.SMTPSenderRefused(550, b"5.1.8 no", "mail@example.org"), ""),
    "no connection": (ConnectionRefusedError(), ""),
}
OTHERS = {
    "nothing": b"",
    "no text": b"\xff\x00" * 100,
    "a letter": b"Subject: hello\n\ncanary",
    "to somebody else": report(NUMBER, to="canary@example.org"),
    "to another domain": report(NUMBER, to=f"bounces+{NUMBER}@elsewhere.example"),
    "to a longer name": report(NUMBER, to=f"xbounces+{NUMBER}@{own_host()}"),
    "to a longer domain": report(NUMBER, to=f"bounces+{NUMBER}@{own_host()}.example"),
    "about two mails": report(NUMBER, to=f"bounces+{NUMBER}@{own_host()}, bounces+{uuid.UUID(int=1)}@{own_host()}"),
    "of another kind": report(NUMBER, kind="disposition-notification"),
    "without its fields": report(NUMBER).replace(b"message/delivery-status", b"text/plain"),
    "with fields twice": report(NUMBER).replace(b"text/rfc822-headers", b"message/delivery-status"),
    "without parts": report(NUMBER).replace(b'; boundary="part"', b""),
    "too large": b"x" * (LARGEST + 1),
}


@pytest.mark.parametrize("name", ERRORS)
def test_only_what_is_said_for_good_of_the_recipient_or_the_mail_counts(name: str) -> None:
    error, status = ERRORS[name]
    assert status_of(error) == status


@DATABASES
class TestRefusedAtOnce:
    """The mail server answers while the mail is handed over."""

    def refuse(self, patch: pytest.MonkeyPatch, error: Exception) -> None:
        def send(*_: object) -> None:
            raise error

        patch.setattr("identity.tasks.get_connection", lambda: SimpleNamespace(send_messages=send))

    def test_for_good_is_recorded_and_not_tried_again(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        sending = released("canary@example.org")
        self.refuse(monkeypatch, refused(550))
        sent()
        row = Mail.objects.get()
        assert (row.bounce, bytes(row.context), row.sent_at) == ("5.1.1", b"", None)
        assert bounced(sending)
        assert not mails_to_send().exists()
        assert "canary" not in caplog.text
        event = WaitingEvent.objects.get(action="mail:bounced")
        assert event.data == {"purpose": "consent_link", "status": "5.1.1"}
        actions.record_waiting()

    def test_for_now_is_tried_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        released()
        self.refuse(monkeypatch, refused(450, b"later"))
        sent()
        assert mails_to_send().count() == 1
        assert not bounced(Mail.objects.get().decision or NUMBER)


@DATABASES
class TestRecord:
    """What a mail that came back means for its address."""

    def mail(self) -> Mail:
        released()
        sent()
        return Mail.objects.get()

    @pytest.mark.parametrize(
        ("status", "blames"), [("5.1.1", True), ("5.2.2", True), ("5.0.0", True), ("5.7.1", False), ("5.4.4", False)]
    )
    def test_an_address_is_marked_when_the_status_is_about_it(self, status: str, blames: bool) -> None:
        actions.record_bounce(mail=self.mail().pk, status=status)
        assert (Identity.objects.get().bounced_at is not None) == blames
        assert may_be_invited(Identity.objects.get().pk) != blames

    def test_it_is_recorded_once(self) -> None:
        mail = self.mail().pk
        assert [actions.record_bounce(mail=mail, status="5.1.1") for _ in range(2)] == [True, False]
        assert WaitingEvent.objects.filter(action="mail:bounced").count() == 1

    def test_a_mail_that_is_not_ours_is_nothing(self) -> None:
        assert not actions.record_bounce(mail=uuid.uuid4(), status="5.1.1")

    @pytest.mark.parametrize("status", ["4.2.2", "2.0.0", "", "5.1", "5.1.1 canary", "5.1.1\n", "5.1.9999"])
    def test_what_is_not_for_good_is_refused(self, status: str) -> None:
        with pytest.raises(NotForGood):
            actions.record_bounce(mail=self.mail().pk, status=status)

    def test_a_link_that_is_used_shows_that_mails_arrive_again(self) -> None:
        actions.record_bounce(mail=self.mail().pk, status="5.1.1")
        link = Link.objects.get().pk
        actions.claim(link=link)
        actions.close(link=link)
        assert Identity.objects.get().bounced_at is None

    def test_a_receipt_that_came_back_keeps_no_address(self) -> None:
        sending = released()
        sent()
        actions.send_receipt(participant=Identity.objects.get().pk, decision=NUMBER, context={})
        actions.drop_keep(subject=sending)
        actions.record_bounce(mail=Mail.objects.get(kind=Mail.Kind.RECEIPT).pk, status="5.1.1")
        assert not Identity.objects.exists()

    @pytest.mark.requirement("I3")
    def test_the_address_of_an_unanswered_invitation_stays_until_that_lapses(self) -> None:
        invitation = uuid.uuid4()
        asker = released("anna@example.org")
        actions.request_invitation(address="berta@example.org", invitation=invitation, language="en")
        participant = Identity.objects.get(keeps__pk=asker).pk
        actions.send_invitation(invitation=invitation, asked_by=participant, language="en", days_left=14)
        actions.record_bounce(mail=Mail.objects.get(kind=Mail.Kind.INVITATION).pk, status="5.1.1")
        assert Identity.objects.filter(keeps__pk=invitation).exists()


class TestReading:
    """One report, from anybody."""

    def test_a_report_names_its_mail_and_its_status(self) -> None:
        assert read(report(NUMBER)) == Report(NUMBER, "5.1.1")

    @pytest.mark.parametrize(
        "fields",
        ["Action: delayed\nStatus: 4.4.7", "Action: delayed\nStatus: 5.1.1", "Action: delivered", "Status: 5.1.1"],
    )
    def test_late_is_not_back(self, fields: str) -> None:
        assert read(report(NUMBER, fields=[fields])) == Report(NUMBER, "")

    def test_of_several_recipients_the_first_that_failed_counts(self) -> None:
        fields = ["Action: delayed\nStatus: 4.4.1", "Action: Failed \nStatus: 5.2.1 (closed)", "Action: failed"]
        assert read(report(NUMBER, fields=fields)).status == "5.2.1"

    @pytest.mark.parametrize("name", OTHERS)
    def test_what_is_no_report_of_ours_is_refused(self, name: str) -> None:
        with pytest.raises(NotAReport) as refusal:
            read(OTHERS[name])
        assert "canary" not in str(refusal.value)

    @given(some.binary(max_size=200), some.integers(0, 900), some.integers(0, 200))
    def test_a_damaged_report_is_read_or_refused(self, noise: bytes, start: int, length: int) -> None:
        whole = report(NUMBER)
        try:
            found = read(whole[:start] + noise + whole[start + length :])
        except NotAReport:
            return
        assert isinstance(found.mail, uuid.UUID)

    def test_a_report_that_names_no_recipient_says_nothing(self) -> None:
        assert read(report(NUMBER, fields=[])) == Report(NUMBER, "")

    def test_parts_within_parts_do_not_stop_the_reader(self) -> None:
        deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000))
        with pytest.raises(NotAReport):
            read(deep)


@DATABASES
class TestTheCommand:
    """As a mail server calls it."""

    def told(self, monkeypatch: pytest.MonkeyPatch, raw: bytes) -> str:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
        out = io.StringIO()
        call_command("record_bounce", stdout=out)
        return out.getvalue()

    def test_it_records_once_and_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        released()
        sender = sent()[0].from_email
        mail = Mail.objects.get()
        assert sender == f"bounces+{mail.pk}@{own_host()}"
        assert self.told(monkeypatch, report(mail.pk, to=sender)) == "Recorded.\n"
        assert "before" in self.told(monkeypatch, report(mail.pk, to=sender))
        assert Mail.objects.get().bounce == "5.1.1"

    def test_late_is_left(self, monkeypatch: pytest.MonkeyPatch) -> None:
        said = self.told(monkeypatch, report(NUMBER, fields=["Action: delayed\nStatus: 4.4.7"]))
        assert said == "Not back for good: nothing was recorded.\n"

    def test_anything_else_is_refused_without_a_word_of_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(CommandError) as refusal:
            self.told(monkeypatch, b"From: canary@example.org\n\ncanary")
        assert "canary" not in str(refusal.value)
        assert refusal.value.returncode == 65


@DATABASES
def test_the_sender_that_people_see_is_ours_and_the_envelope_names_the_mail() -> None:
    released()
    (message,) = sent()
    assert message.message()["From"] == "My Pictures Matter <mail@example.org>"
    assert message.from_email == f"bounces+{Mail.objects.get().pk}@example.org"
    assert message.message()["Auto-Submitted"] == "auto-generated"


@DATABASES
def test_an_old_mail_can_still_come_back() -> None:
    released()
    sent()
    Mail.objects.update(sent_at=timezone.now() - timedelta(days=4))
    assert actions.record_bounce(mail=Mail.objects.get().pk, status="5.4.7")
