"""What auditors read of consent: numbers by scope and by notice, every notice, and what changed between two."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from consent import actions, queries
from consent.comparing import Change, Paragraph, compared
from consent.models import ConsentNotice
from consent.sources import sources
from tests.cast import Casting
from tests.consent.notices import published

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "auditor"]),
    pytest.mark.requirement("L9"),
]
PAGE = "/staff/audit/notices/"


def new_version(version: str, before: str, after: str) -> ConsentNotice:
    """Publish the English notice once more, with one wording changed."""
    source = next(source for source in sources() if source.language == "en")
    assert before in source.text
    notice = actions.publish(
        source=replace(source, version=version, text=source.text.replace(before, after)), by="system"
    )
    assert notice is not None
    return notice


def agreed(notice: ConsentNotice, *scopes: str) -> UUID:
    subject, by = uuid4(), f"participant:{uuid4()}"
    actions.ask(subjects=[subject], decision=uuid4(), by=by)
    actions.give(choices={subject: {"research", *scopes}}, notice=notice, decision=uuid4(), by=by, method="link")
    return subject


def page(staff: Casting) -> str:
    return str(staff("auditor").client.get(PAGE).content.decode())


class TestPanel:
    """Consents in force, by scope and by notice."""

    def test_only_the_newest_answer_counts(self) -> None:
        first = published()
        second = new_version("2027-1", "a birthday", "a birthday party")
        subject = agreed(first, "sharing")
        agreed(second)
        actions.withdraw(
            subjects=[agreed(second, "illustration")], decision=uuid4(), by=f"participant:{uuid4()}", method="code"
        )
        actions.give(
            choices={subject: {"research"}}, notice=second, decision=uuid4(), by=f"participant:{uuid4()}", method="page"
        )
        bars = dict(queries.audit_panel()["bars"])
        assert bars["research to protect children"] == 2
        assert bars["sharing with approved partner institutions"] == 0
        assert bars["by notice 2027-1, English"] == 2
        assert bars["by notice 2026-1, English"] == 0

    def test_the_filter_offers_notices_as_the_log_mentions_them(self) -> None:
        notice = published()
        assert (notice.sha256, "2026-1, English") in queries.audit_choices()
        assert len(queries.audit_choices()) == 3


class TestPage:
    """Every version and language with what stands about it, and what changed."""

    def test_auditors_alone_come_in(self, staff: Casting) -> None:
        assert staff("auditor").client.get(PAGE).status_code == 200
        assert staff("officer", "curator", "lead", "annotator", "administrator").client.get(PAGE).status_code == 403
        assert staff("auditor").client.post(PAGE).status_code == 405
        assert Client().get(PAGE).status_code in {302, 403}

    def test_before_the_first_notice_it_says_so(self, staff: Casting) -> None:
        assert "No notice is published yet" in page(staff)

    def test_each_notice_stands_with_its_approval_fingerprint_and_entries(self, staff: Casting) -> None:
        notice = published()
        shown = page(staff)
        for words in (notice.approval, notice.read_by, notice.sha256, "2026-1, English", "2026-1, Swedish"):
            assert words in shown
        assert f"{reverse('audit:entries')}?notice={notice.sha256}" in shown
        assert "What changed since" not in shown

    def test_a_reworded_sentence_shows_word_by_word(self, staff: Casting) -> None:
        published()
        new_version("2027-1", "a birthday,", "a birthday party,")
        shown = page(staff)
        assert "What changed since version 2026-1" in shown
        assert shown.count("<ins>") >= 1
        assert "[added:" in shown
        assert "[removed:" in shown

    def test_the_text_of_a_notice_is_never_markup(self, staff: Casting) -> None:
        published()
        new_version("2027-1", "a birthday,", "a <script>alert(1)</script> birthday,")
        assert "<script>alert" not in page(staff)

    def test_no_id_stands_twice(self, staff: Casting) -> None:
        published()
        shown = page(staff)
        ids = [part.split('"')[0] for part in shown.split(' id="')[1:]]
        assert len(ids) == len(set(ids))

    def test_all_staff_read_what_changed_without_the_way_into_the_log(self, staff: Casting) -> None:
        published()
        new_version("2027-1", "a birthday,", "a birthday party,")
        for role in ("curator", "lead", "administrator", "officer", "annotator", "auditor"):
            answer = staff(role).client.get("/staff/notices/")
            assert answer.status_code == 200
            shown = answer.content.decode()
            assert "What changed since version 2026-1" in shown
            assert "Entries that name this notice" not in shown
        assert Client().get("/staff/notices/").status_code in {302, 403}

    def test_how_long_an_answer_stands_is_said(self, staff: Casting) -> None:
        source = next(source for source in sources() if source.language == "en")
        actions.publish(source=replace(source, version="2027-1", valid_months=None), by="system")
        published()
        shown = page(staff)
        assert "120 months" in shown
        assert "until it is withdrawn" in shown

    def test_consents_are_counted_under_their_notice(self) -> None:
        first, second = published(), new_version("2027-1", "a birthday", "a feast")
        agreed(first)
        agreed(first)
        agreed(second)
        found = {one.notice.pk: one.in_force for one in queries.audit_notices()}
        assert (found[first.pk], found[second.pk]) == (2, 1)


def said(paragraph: Paragraph, *changes: Change) -> str:
    return "".join(piece.text for piece in paragraph.pieces if piece.change in changes)


class TestComparing:
    """Put together without what was added, the pieces are the old text; without what was removed, the new one."""

    TEXTS = (
        ("One.\n\nTwo three four.\n\nFive.", "One.\n\nTwo thirty four.\n\nFive.\n\nSix."),
        ("A b c d.\n\nE f g.", "E f g.\n\nH i j k l."),
        ("", "All new.\n\nReally."),
        ("All gone.", ""),
        ("- one\n- two\n- three", "- one\n- 2\n- three"),
    )

    @pytest.mark.parametrize(("before", "after"), TEXTS)
    def test_both_texts_can_be_read_from_it(self, before: str, after: str) -> None:
        paragraphs = compared(before, after)
        assert list(_texts(paragraphs, Change.SAME, Change.REMOVED)) == [text for text in before.split("\n\n") if text]
        assert list(_texts(paragraphs, Change.SAME, Change.ADDED)) == [text for text in after.split("\n\n") if text]

    def test_one_word_changed_is_one_word_shown(self) -> None:
        (paragraph,) = compared("We keep it for two years.", "We keep it for three years.")
        assert said(paragraph, Change.REMOVED) == " two"
        assert said(paragraph, Change.ADDED) == " three"

    def test_another_paragraph_in_its_place_is_not_called_reworded(self) -> None:
        assert [len(paragraph.pieces) for paragraph in compared("All of this goes.", "Something else came here")] == [
            1,
            1,
        ]

    def test_nothing_changed_is_nothing_marked(self) -> None:
        assert all(paragraph.is_same for paragraph in compared("One.\n\nTwo.", "One.\n\n\nTwo.\n"))


def _texts(paragraphs: list[Paragraph], *changes: Change) -> Iterator[str]:
    yield from filter(None, (said(paragraph, *changes).strip() for paragraph in paragraphs))
