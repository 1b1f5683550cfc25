"""Lists filled by a list server: a real one over HTTP, on this machine, with made-up hashes."""

import io
import logging
from collections.abc import Iterator
from threading import Event as Bell

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings
from threatexchange.exchanges.clients.ncmec import hash_api

from screening import tasks
from screening.actions.exchanging import exchange
from screening.actions.listing import ListOfAnother, import_hashes
from screening.exchanges import ncmec
from screening.exchanges.answers import ExchangeFailed
from screening.hash_kinds import Hash
from screening.models import KnownDigest, KnownList
from screening.queries.lists import unreliable_lists
from tests.screening.hashes import seeded
from tests.screening.list_server import ListServer, entry, serving
from vault import actions as vault

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "identity"]),
    pytest.mark.requirement("S11"),
]
_CHANCE = seeded(5)
PDQ = [_CHANCE.randbytes(32).hex() for _number in range(6)]
MD5 = [_CHANCE.randbytes(16).hex() for _number in range(3)]


@pytest.fixture
def server(settings: Settings) -> Iterator[ListServer]:
    serves = ListServer()
    with serving(serves) as configured:
        settings.LIST_EXCHANGES = {"ncmec": {**configured, "material": "industry"}}
        yield serves


def kept() -> list[str]:
    known = KnownList.objects.select_related("pdq__key").get(pk="ncmec")
    data = vault.read(known.pdq) if known.pdq else b""
    return sorted(data[at : at + 32].hex() for at in range(0, len(data), 32))


def standing_digests() -> int:
    return KnownDigest.objects.filter(retracted_at__isnull=True).count()


def test_all_pages_are_read_and_only_hashes_of_pictures_kept(server: ListServer) -> None:
    server.pages = [
        [entry(1, pdq=PDQ[0], md5=MD5[0], sha1="00"), entry(2, "video", md5=MD5[1])],
        [entry(3, pdq=PDQ[1].upper()), entry(4, pdq="not hexadecimal", md5=MD5[2])],
    ]
    answer = exchange(name="ncmec")
    assert (answer.complete, answer.unread, len(server.asked)) == (True, 1, 2)
    known = KnownList.objects.get()
    assert (kept(), standing_digests()) == (sorted(PDQ[:2]), 2)
    assert (known.version, known.source, known.material) == (1, "ncmec", "industry")
    assert known.checkpoint == answer.checkpoint
    assert known.checked_at is not None
    assert known.waiting_since is not None


def test_entries_that_change_or_go_take_their_hashes_with_them(server: ListServer) -> None:
    server.pages = [
        [entry(1, pdq=PDQ[0], md5=MD5[0]), entry(2, pdq=PDQ[1]), entry(3, pdq=PDQ[1]), entry(4, pdq=PDQ[2])]
    ]
    exchange(name="ncmec")
    server.pages = [[entry(1, deleted=True), entry(2, deleted=True), entry(4, pdq=PDQ[3])]]
    exchange(name="ncmec")
    # The hash of entry 2 stays, since entry 3 brought it, too.
    assert (kept(), standing_digests()) == (sorted([PDQ[1], PDQ[3]]), 0)
    server.pages = [[entry(3, deleted=True)]]
    exchange(name="ncmec")
    assert kept() == [PDQ[3]]


def test_what_was_told_before_changes_nothing_but_when_it_was_asked(server: ListServer) -> None:
    server.pages = [[entry(1, pdq=PDQ[0])]]
    since = exchange(name="ncmec").checkpoint["since"]
    before = KnownList.objects.get()
    exchange(name="ncmec")
    now = KnownList.objects.get()
    assert (now.version, now.pdq_id, now.entries_id) == (before.version, before.pdq_id, before.entries_id)
    assert now.checked_at is not None
    assert before.checked_at is not None
    assert now.checked_at > before.checked_at
    assert server.asked[1]["from"] == hash_api._date_format(since - ncmec.OVERLAP_SECONDS)


def test_a_long_answer_is_taken_in_parts_and_the_list_is_not_relied_on_before_its_end(
    server: ListServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KNOWN_LISTS_REQUIRED = ["ncmec"]
    monkeypatch.setattr(ncmec, "PAGES", 2)
    server.pages = [[entry(number, pdq=value)] for number, value in enumerate(PDQ[:5])]
    assert not exchange(name="ncmec").complete
    assert (len(kept()), unreliable_lists()) == (2, ["list_stale:ncmec"])
    assert not exchange(name="ncmec").complete
    assert exchange(name="ncmec").complete
    assert (kept(), unreliable_lists()) == (sorted(PDQ[:5]), [])
    assert [asked.get("start") for asked in server.asked] == [None, "1", "2", "3", "4"]


def test_a_span_whose_pages_the_server_forgot_is_read_anew(server: ListServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ncmec, "PAGES", 1)
    server.pages = [[entry(1, pdq=PDQ[0])], [entry(2, pdq=PDQ[1])]]
    exchange(name="ncmec")
    server.forgets_pages = True
    monkeypatch.setattr(ncmec, "PAGES", 2)
    server.pages = [[entry(1, pdq=PDQ[0]), entry(2, pdq=PDQ[1])]]
    assert exchange(name="ncmec").complete
    assert kept() == sorted(PDQ[:2])


FAULTS = {
    "an error": {"status": 500},
    "no entry": {"status": 401},
    "nothing": {"hangs": True},
    "half an answer": {"body": f"<queryResult><images><image><pdq>{PDQ[4]}</pdq>"},
    "another answer": {
        "body": f"<queryResult><images maxTimestamp='x'><image><pdq>{PDQ[4]}</pdq></image></images></queryResult>"
    },
    "a second page that fails": {"forgets_pages": True},
}


@pytest.mark.requirement("S1", "S10")
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_server_that_answers_with_less_leaves_list_and_checkpoint(
    server: ListServer, fault: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    server.pages = [[entry(1, pdq=PDQ[0])]]
    exchange(name="ncmec")
    before = KnownList.objects.values().get()
    bell = Bell()
    server.pages = [[entry(1, deleted=True)], [entry(2, pdq=PDQ[5])]]
    for name, value in fault.items():
        setattr(server, name, bell if name == "hangs" else value)
    with caplog.at_level(logging.DEBUG), pytest.raises(ExchangeFailed) as failed:
        exchange(name="ncmec")
    bell.set()
    assert KnownList.objects.values().get() == before
    assert kept() == PDQ[:1]
    told = caplog.text + str(failed.value)
    assert not any(value in told for value in PDQ)
    assert failed.value.__cause__ is None


def test_a_list_of_files_is_not_filled_by_a_server(server: ListServer) -> None:
    import_hashes(name="ncmec", hashes=[Hash("pdq", bytes(32))], by="system")
    with pytest.raises(ListOfAnother):
        exchange(name="ncmec")


def test_one_server_that_fails_keeps_no_other_from_being_asked(
    server: ListServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    server.pages = [[entry(1, pdq=PDQ[0])]]
    settings.LIST_EXCHANGES = {"broken": {"client": "screening.nowhere.Client"}, **settings.LIST_EXCHANGES}
    tasks.ask_exchanges()
    assert kept() == PDQ[:1]
    assert "the exchange broken failed: ModuleNotFoundError" in caplog.text


class TestCommand:
    def test_it_asks_until_there_is_no_more(self, server: ListServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ncmec, "PAGES", 1)
        server.pages = [[entry(number, pdq=value)] for number, value in enumerate(PDQ[:3])]
        out = io.StringIO()
        call_command("import_hashes", "--exchange", "ncmec", stdout=out)
        assert len(kept()) == 3
        assert not any(value in out.getvalue() for value in PDQ)

    def test_it_says_in_plain_words_how_to_install_what_is_missing(
        self, server: ListServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ncmec, "hash_api", None)
        with pytest.raises(CommandError, match=r"not installed here.*requirements-exchange\.txt"):
            call_command("import_hashes", "--exchange", "ncmec")

    @pytest.mark.parametrize("name", ["user", "password"])
    def test_it_asks_nobody_without_an_account(self, server: ListServer, settings: Settings, name: str) -> None:
        settings.LIST_EXCHANGES["ncmec"][name] = ""
        with pytest.raises(CommandError, match="no user or no password"):
            call_command("import_hashes", "--exchange", "ncmec")
        assert server.asked == []

    def test_it_says_that_a_server_failed(self, server: ListServer) -> None:
        server.status = 500
        with pytest.raises(CommandError, match=r"did not answer as it should \(HTTPError\)"):
            call_command("import_hashes", "--exchange", "ncmec")
