"""What the auditor's desk is told of people, photos and withdrawals: true to the tables, and from the log alone."""

from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings as site
from django.db import connection, connections, transaction
from django.utils import timezone

from audit.models import Event
from audit.standalone.verify_log import dump
from contributions import actions, queries, tasks
from contributions.models import Invitation, Photo, Step, Withdrawal
from contributions.queries import ways_out
from contributions.queries.audit import in_words
from contributions.queries.ways_out import WayOut
from tests.consent.notices import published
from tests.contributions.giver import Giver
from tests.contributions.invited import asked, invitation_of, link_of
from vault import actions as vault
from vault import keyring
from vault.models import DataKey
from vault.queries import is_unrecoverable

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity", "auditor"], transaction=True),
    pytest.mark.requirement("L9"),
]
NOWHERE = "contributions.tasks.nothing_of_that_name"


def withdrawn(giver: Giver, *, works: bool = True) -> Giver:
    actions.withdraw(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
    if works:
        giver.works()
    return giver


def cancelled(giver: Giver) -> Giver:
    actions.cancel(participant=giver.participant, photos=giver.ids, decision=uuid4(), method="page")
    giver.works()
    return giver


def ways() -> list[WayOut]:
    return ways_out.ways_out(since=timezone.now().date() - timedelta(days=90))[0]


def told_of(photo: UUID) -> list[str]:
    return list(Event.objects.filter(subject=str(photo)).order_by("index").values_list("action", flat=True))


class TestEvents:
    """What the log tells so that the desk can."""

    def test_sending_ties_each_photo_to_its_giver_and_its_consent(self) -> None:
        giver = Giver().drafts(2).sends()
        told = {UUID(event.subject): event.data for event in Event.objects.filter(action="photo:sent")}
        subjects = queries.subjects_of(giver.participant, giver.ids)
        assert set(told) == set(giver.ids)
        for photo, data in told.items():
            assert (data["participant"], data["consent"]) == (str(giver.participant), str(subjects[photo]))

    def test_a_withdrawn_photo_is_out_of_use_once_its_last_step_is_done(self) -> None:
        giver = withdrawn(Giver().agrees(), works=False)
        assert "photo:out_of_use" not in told_of(giver.ids[0])
        giver.works()
        giver.works()
        assert told_of(giver.ids[0]).count("photo:out_of_use") == 1

    def test_not_while_a_step_fails(self) -> None:
        giver = withdrawn(Giver().agrees(), works=False)
        last = Step.objects.filter(phase=Step.Phase.WITHDRAWAL).latest("position")
        Step.objects.filter(pk=last.pk).update(name=NOWHERE)
        giver.works()
        assert "photo:out_of_use" not in told_of(giver.ids[0])

    def test_a_withdrawal_that_was_taken_back_and_repeated_ends_use_twice(self) -> None:
        giver = withdrawn(cancelled(withdrawn(Giver().agrees())))
        assert told_of(giver.ids[0]).count("photo:out_of_use") == 2

    def test_a_withdrawal_taken_back_in_time_ends_no_use(self) -> None:
        giver = cancelled(withdrawn(Giver().agrees(), works=False))
        assert "photo:out_of_use" not in told_of(giver.ids[0])

    def test_what_lapsed_was_never_in_use(self) -> None:
        giver = Giver().drafts().sends()
        giver.answers()
        assert not Step.objects.filter(phase=Step.Phase.WITHDRAWAL, done_at__isnull=True).exists()
        assert "photo:out_of_use" not in told_of(giver.ids[0])

    def test_a_failing_log_leaves_the_step_undone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        giver = withdrawn(Giver().agrees(), works=False)
        monkeypatch.setattr("contributions.actions.steps.record", _refuse)
        with pytest.raises(RuntimeError):
            giver.works()
        assert Step.objects.filter(phase=Step.Phase.WITHDRAWAL, done_at__isnull=True).count() == 1


class TestWays:
    """How withdrawals went, from the log."""

    def test_effect_is_the_time_between_the_two_entries(self) -> None:
        giver = withdrawn(Giver().agrees())
        at = dict(Event.objects.filter(subject=str(giver.ids[0])).values_list("action", "at"))
        (way,) = ways()
        assert way.effect_seconds == (at["photo:out_of_use"] - at["photo:withdrawn"]).total_seconds()
        assert not way.waits_for_effect
        assert way.waits_for_erasure

    @pytest.mark.requirement("K5")
    def test_erased_is_told_exactly_when_the_vault_says_unrecoverable(self) -> None:
        giver = withdrawn(Giver().agrees())
        Withdrawal.objects.update(erase_from=timezone.now())
        actions.erase(photo_id=giver.ids[0])
        key = DataKey.objects.get(pk=str(giver.photos[0].key_id))
        assert (ways()[0].erasure_hours is not None) == is_unrecoverable(key) is False
        vault.rotate()
        assert (ways()[0].erasure_hours is not None) == is_unrecoverable(key) is True
        at = dict(Event.objects.filter(action__in=["photo:withdrawn", "epoch:destroyed"]).values_list("action", "at"))
        assert ways()[0].unreadable == at["epoch:destroyed"]

    def test_a_key_of_an_epoch_that_no_rotation_announced_is_not_called_gone_too_early(self) -> None:
        """A rotation that died after making its epoch: new keys are wrapped under it, and the log says nothing yet."""
        keyring.create_epoch()
        giver = withdrawn(Giver().agrees())
        Withdrawal.objects.update(erase_from=timezone.now())
        actions.erase(photo_id=giver.ids[0])
        key = DataKey.objects.get(pk=str(giver.photos[0].key_id))
        assert Event.objects.get(action="photo:erased").data["epoch"] == key.epoch
        assert ways()[0].unreadable is None
        vault.rotate()
        assert (ways()[0].unreadable is not None) == is_unrecoverable(key) is True

    def test_a_room_that_never_let_go_keeps_it_waiting(self) -> None:
        giver = withdrawn(Giver().agrees(), works=False)
        Step.objects.filter(phase=Step.Phase.WITHDRAWAL, position=0).update(name=NOWHERE)
        Withdrawal.objects.update(erase_from=timezone.now())
        tasks.erase_due()
        assert Photo.objects.get(pk=giver.ids[0]).state == "erased"
        assert (ways()[0].waits_for_effect, ways()[0].waits_for_erasure) == (True, True)

    def test_a_withdrawal_taken_back_waits_for_nothing(self) -> None:
        cancelled(withdrawn(Giver().agrees()))
        (way,) = ways()
        assert way.undone is not None
        assert (way.waits_for_effect, way.waits_for_erasure, way.unreadable) == (False, False, None)

    def test_each_of_two_withdrawals_of_a_photo_has_its_own_end(self) -> None:
        withdrawn(cancelled(withdrawn(Giver().agrees())))
        first, second = ways()
        assert first.undone is not None
        assert second.undone is None
        assert first.out_of_use is not None
        assert second.out_of_use is not None
        assert first.out_of_use < second.at < second.out_of_use


class TestCharts:
    """The two pictures, their tables, and the newest withdrawals in words."""

    def test_dots_and_the_promised_line(self) -> None:
        withdrawn(Giver().agrees(2))
        effect, erasure = queries.audit_charts()
        assert [len(series["y"]) for series in effect["points"]["series"]] == [2, 2]
        assert effect["points"]["series"][1]["y"] == [1, 1]
        assert erasure["points"]["x"] == []
        assert str(site.ERASED_WITHIN_HOURS) in erasure["text"]

    def test_the_weeks_add_up(self) -> None:
        withdrawn(Giver().agrees(2))
        cancelled(withdrawn(Giver(address="b@example.org").agrees()))
        effect, erasure = queries.audit_charts()
        ((monday, number, middle, longest, waiting),) = effect["rows"]
        assert (number, waiting) == ("3", "0")
        assert float(middle) <= float(longest)
        assert monday <= timezone.now().date().isoformat()
        assert [row[4] for row in erasure["rows"]] == ["2"]
        assert {len(row) for chart in (effect, erasure) for row in chart["rows"]} == {len(effect["columns"])}

    def test_sentences_hold_whole_ids_and_no_more_than_ten(self) -> None:
        giver = withdrawn(Giver().agrees(12))
        sentences = queries.audit_charts()[1]["sentences"]
        assert len(sentences) == 10
        assert all(f"Participant {giver.participant} withdrew photo " in sentence for sentence in sentences)
        assert "; out of use after " in sentences[0]
        assert sentences[0].endswith("; not erased yet.")

    def test_one_taken_back_says_so(self) -> None:
        cancelled(withdrawn(Giver().agrees(), works=False))
        assert "; taken back after " in queries.audit_charts()[1]["sentences"][0]
        assert "use" not in queries.audit_charts()[1]["sentences"][0]

    def test_a_cut_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        withdrawn(Giver().agrees(3))
        monkeypatch.setattr(ways_out, "MOST", 2)
        effect, _erasure = queries.audit_charts()
        assert len(effect["points"]["x"]) == 2
        assert "Only the newest" in effect["text"]

    @pytest.mark.parametrize("value", ["x", [], [1], None, True])
    def test_entries_that_do_not_fit_their_kind_are_passed_over(self, value: object) -> None:
        giver = withdrawn(Giver().agrees())
        erased = next(str(pk) for pk in giver.ids)
        Withdrawal.objects.update(erase_from=timezone.now())
        tasks.erase_due()
        before = queries.audit_charts()
        epoch = Event.objects.get(action="photo:erased").data["epoch"]
        for action, subject in (("photo:erased", erased), ("epoch:destroyed", f"epoch:{epoch}")):
            for fields in ({}, {"epoch": value}):
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT audit.record(%s, 'system', %s, %s)", [action, subject, dump(fields)])
        assert [chart["rows"] for chart in queries.audit_charts()] == [chart["rows"] for chart in before]

    def test_nothing_withdrawn_is_an_empty_chart(self) -> None:
        effect, erasure = queries.audit_charts()
        assert (effect["points"]["x"], effect["rows"], erasure["sentences"]) == ([], [], [])

    @pytest.mark.parametrize(
        ("seconds", "words"), [(0.41, "0.4 s"), (59.9, "59.9 s"), (720, "12 min"), (72 * 3600 + 1800, "72.5 h")]
    )
    def test_a_span_is_told_shortly(self, seconds: float, words: str) -> None:
        assert in_words(timedelta(seconds=seconds)) == words


class TestPanel:
    """The numbers at the top."""

    def test_people_count_once_and_only_with_a_photo_in_use(self) -> None:
        Giver().agrees(2)
        withdrawn(Giver(address="b@example.org").agrees())
        Giver(address="c@example.org").drafts().sends()
        panel = queries.audit_panel()
        assert [value for _label, value in panel["rows"][:3]] == [1, 2, 1]
        assert str(panel["rows"][3][1]).endswith(" s")
        assert dict(panel["bars"])["received"] == 4

    def test_an_empty_site_waits_for_nothing(self) -> None:
        assert [value for _label, value in queries.audit_panel()["rows"]] == [
            0,
            0,
            0,
            "none",
            "0 asked, 0 agreed, 0 refused, 0 did not answer",
        ]

    def test_questions_to_people_shown_are_counted_by_what_became_of_them(self) -> None:
        waiting, agreed, refused, silent = (asked(f"{number}@example.org") for number in range(4))
        for person, yes in ((agreed, True), (refused, False)):
            link = link_of(person).pk
            actions.answer_invitation(link=link, agreed=yes, scopes=["research"], notice=published())
        Invitation.objects.filter(person=silent).update(asked_at=timezone.now() - timedelta(days=14))
        tasks.sweep()
        assert invitation_of(waiting).state == "asked"
        words = [value for _label, value in queries.audit_panel()["rows"]]
        assert words[-1] == "4 asked, 1 agreed, 1 refused, 1 did not answer"

    def test_everything_is_read_as_the_auditor(self) -> None:
        withdrawn(Giver().agrees())
        with _no_default():
            queries.audit_panel()
            queries.audit_charts()


def _refuse(*_args: object, **_data: object) -> None:
    raise RuntimeError("the log is down")


def _no_default() -> AbstractContextManager[None]:
    def refuse(*_args: object) -> None:
        raise AssertionError("asked through the application's role")

    return connections["default"].execute_wrapper(refuse)
