"""Known lists: imported whole or not at all, kept sealed, and no word of them anywhere else."""

import io
import logging
import os
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Event
from contributions.queries.faults import faults
from screening.actions import listing
from screening.actions.listing import ListOfAnother, import_hashes
from screening.csv_hashes import NotAHashList, read
from screening.hash_kinds import Hash, Kind
from screening.matching import bank
from screening.matching.streams import Change, sorted_records
from screening.models import KnownDigest, KnownList
from screening.queries.list_states import list_states
from screening.queries.lists import unreliable_lists
from tests.dumps import tables
from tests.screening.hashes import seeded
from vault import actions as vault

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


def hashes(count: int, kind: Kind = "pdq", seed: int = 7) -> list[Hash]:
    chance = seeded(seed)
    return [Hash(kind, chance.randbytes(16 if kind == "md5" else 32)) for _number in range(count)]


def kept(name: str = "national") -> list[bytes]:
    """The PDQ hashes that a list holds."""
    known = KnownList.objects.select_related("pdq__key").get(pk=name)
    data = vault.read(known.pdq) if known.pdq else b""
    assert len(data) == 32 * known.pdq_count
    return [data[at : at + 32] for at in range(0, len(data), 32)]


class TestImport:
    def test_what_is_added_stands_sorted_and_once(self) -> None:
        some = hashes(50)
        assert import_hashes(name="national", hashes=[*some[:30], some[3]], by="system") == 31
        import_hashes(name="national", hashes=some[20:], by="system")
        assert kept() == sorted(each.value for each in some)
        assert KnownList.objects.get().version == 2

    @pytest.mark.requirement("S2")
    def test_what_is_taken_back_is_gone_and_the_old_object_with_it(self) -> None:
        some = hashes(10)
        import_hashes(name="national", hashes=some, by="system")
        before = KnownList.objects.select_related("pdq").get().pdq
        assert before is not None
        import_hashes(name="national", hashes=some[:4], by="system", retract=True)
        assert kept() == sorted(each.value for each in some[4:])
        before.refresh_from_db()
        assert before.deleted_at is not None
        import_hashes(name="national", hashes=some, by="system", retract=True)
        assert kept() == []
        assert [fault for fault in faults(grace=timedelta()) if "nobody" in fault.code] == []

    def test_a_digest_that_was_taken_back_can_come_again(self) -> None:
        (digest,) = hashes(1, "md5")
        for retract in (False, True, False):
            import_hashes(name="national", hashes=[digest], by="system", retract=retract)
        row = KnownDigest.objects.get()
        assert (row.version, row.retracted_at) == (3, None)

    def test_only_what_is_new_waits_to_be_matched(self) -> None:
        some = hashes(10)
        import_hashes(name="national", hashes=some[:6], by="system")
        KnownList.objects.update(fresh=None, fresh_count=0, waiting_since=None, matched_version=1)
        import_hashes(name="national", hashes=some[:6], by="system")
        assert KnownList.objects.get().waiting_since is None
        import_hashes(name="national", hashes=some, by="system")
        known = KnownList.objects.select_related("fresh__key").get()
        assert known.waiting_since is not None
        assert known.fresh is not None
        assert sorted(each.value for each in some[6:]) == [
            vault.read(known.fresh)[at : at + 32] for at in range(0, 32 * known.fresh_count, 32)
        ]

    def test_two_imports_at_once_lose_nothing(self) -> None:
        import_hashes(name="national", hashes=hashes(1, seed=1), by="system")
        both = Barrier(2)

        def work(seed: int) -> None:
            both.wait()
            import_hashes(name="national", hashes=hashes(200, seed=seed), by="system")
            connection.close()

        workers = [Thread(target=work, args=(seed,)) for seed in (2, 3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert (len(kept()), KnownList.objects.get().version) == (401, 3)

    def test_a_list_has_one_source(self) -> None:
        import_hashes(name="national", hashes=hashes(1), by="system")
        with pytest.raises(ListOfAnother):
            import_hashes(name="national", hashes=hashes(2), by="system", source="ncmec")

    def test_an_import_that_breaks_leaves_the_list_as_it_was(self, monkeypatch: pytest.MonkeyPatch) -> None:
        some = hashes(4)
        import_hashes(name="national", hashes=some[:2], by="system")

        def refuse(*_args: object, **_data: object) -> None:
            raise RuntimeError("the log is down")

        monkeypatch.setattr(listing, "record", refuse)
        with pytest.raises(RuntimeError):
            import_hashes(name="national", hashes=some, by="system")
        assert len(kept()) == 2
        assert KnownList.objects.get().version == 1


def test_records_change_while_they_stream_by_in_pieces_of_any_number() -> None:
    chance = seeded(3)
    stand = sorted({chance.randbytes(2) for _number in range(300)})
    added = [chance.randbytes(2) for _number in range(200)]
    taken = chance.sample(stand, 80)
    for size in (1, 7, 1000):
        pieces = [b"".join(stand[at : at + size]) for at in range(0, len(stand), size)]
        change = Change(sorted_records(b"".join(added), 2), sorted_records(b"".join(sorted(set(taken) - {*added})), 2))
        out = b"".join(change.over(pieces))
        wanted = sorted({*stand} - ({*taken} - {*added}) | {*added})
        assert [out[at : at + 2] for at in range(0, len(out), 2)] == wanted
        assert change.count == len(wanted)
        assert len(change.news()) == len({*added} - {*stand})


class TestFile:
    """Lines of a file become hashes, or nothing does."""

    pdq, sha, md5 = (each.value.hex() for each in (*hashes(2), *hashes(1, "md5")))

    @pytest.mark.requirement("S11")
    @pytest.mark.parametrize(
        ("lines", "kind", "found"),
        [
            ("{md5}", None, ["md5"]),
            ("{pdq}", "pdq", ["pdq"]),
            ("{pdq},100", "pdq", ["pdq"]),
            ("{pdq},49", "pdq", []),
            ("# of yesterday\n\n{pdq},50\n", "pdq", ["pdq"]),
            ("PDQ,SHA-256,MD5,note\n{pdq},{sha},{md5},x\n,,{md5},\n", None, ["pdq", "sha256", "md5", "md5"]),
            ("Hash,Quality\n{pdq},80\n{sha},10", "pdq", ["pdq"]),
        ],
        ids=["digests", "PDQ as said", "with quality", "poor", "comments", "named columns", "hash and quality"],
    )
    def test_hashes_are_read_from(self, lines: str, kind: Kind | None, found: list[Kind]) -> None:
        text = lines.format(pdq=self.pdq, sha=self.sha, md5=self.md5)
        assert [each.kind for each in read(io.StringIO(text), kind)] == found

    @pytest.mark.requirement("S11")
    @pytest.mark.parametrize(
        ("lines", "kind"),
        [
            ("{pdq}", None),
            ("{md5}\n{pdq}", None),
            ("{pdq}", "md5"),
            ("hello", None),
            ("{pdq}ff", "pdq"),
            ("pdq\n{md5}", None),
            ("pdq,quality\n{pdq},good", None),
            ("pdq,note\n,x", None),
            ('"{pdq}', "pdq"),
        ],
        ids=[
            "PDQ or SHA-256",
            "a second kind",
            "another kind",
            "words",
            "too long",
            "too short",
            "no number",
            "none",
            "cut",
        ],
    )
    def test_one_bad_line_imports_nothing_and_is_not_repeated(
        self, lines: str, kind: Kind | None, tmp_path: Path
    ) -> None:
        file = tmp_path / "list.csv"
        file.write_text(lines.format(pdq=self.pdq, md5=self.md5), encoding="utf-8")
        options = ["--kind", kind] if kind else []
        with pytest.raises(CommandError) as refusal:
            call_command("import_hashes", str(file), "--list", "national", *options)
        assert isinstance(refusal.value.__cause__, NotAHashList)
        assert self.pdq[:6] not in str(refusal.value)
        assert not KnownList.objects.exists()

    @pytest.mark.requirement("S11")
    def test_the_command_imports_and_takes_back(self, tmp_path: Path) -> None:
        file = tmp_path / "list.csv"
        file.write_text(f"pdq,md5\n{self.pdq},{self.md5}\n", encoding="utf-8")
        call_command("import_hashes", str(file), "--list", "national", stdout=io.StringIO())
        (state,) = list_states()
        assert state.known is not None
        assert (state.known.version, state.known.pdq_count, state.digests) == (1, 1, 1)
        call_command("import_hashes", str(file), "--list", "national", "--retract", stdout=io.StringIO())
        (state,) = list_states()
        assert state.known is not None
        assert (state.known.version, state.known.pdq_count, state.digests) == (2, 0, 0)

    @pytest.mark.requirement("S11")
    def test_a_list_says_what_it_is_of_until_it_says_otherwise(self, tmp_path: Path) -> None:
        file = tmp_path / "list.csv"
        file.write_text(self.md5, encoding="utf-8")
        for arguments, material in (
            (["--class", "baseline A"], "baseline A"),
            ([], "baseline A"),
            (["--class", "B"], "B"),
        ):
            call_command("import_hashes", str(file), "--list", "national", *arguments, stdout=io.StringIO())
            assert KnownList.objects.get().material == material

    @pytest.mark.parametrize(
        "arguments",
        [
            [],
            ["list.csv"],
            ["--exchange", "nobody"],
            ["list.csv", "--list", "Two words"],
            ["list.csv", "--list", "national", "--class", "x" * 61],
        ],
    )
    def test_the_command_says_what_it_needs(
        self, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("list.csv").write_text(self.md5, encoding="utf-8")
        with pytest.raises(CommandError):
            call_command("import_hashes", *arguments)
        assert not KnownList.objects.exists()


@pytest.mark.requirement("S1")
def test_a_required_list_counts_while_it_is_there_filled_and_fresh(settings: Settings) -> None:
    settings.KNOWN_LISTS_REQUIRED = ["national"]
    assert unreliable_lists() == ["list_missing:national"]
    (digest,) = hashes(1, "md5")
    import_hashes(name="national", hashes=[digest], by="system")
    assert unreliable_lists() == []
    later = timezone.now() + timedelta(days=settings.KNOWN_LIST_STALE_DAYS, seconds=1)
    assert unreliable_lists(now=later) == ["list_stale:national"]
    import_hashes(name="national", hashes=[digest], by="system", retract=True)
    assert unreliable_lists() == ["list_empty:national"]


@pytest.mark.requirement("S10")
def test_no_hash_of_a_list_stands_anywhere_in_the_clear(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    some = [*hashes(20), *hashes(20, "md5"), *hashes(20, "sha256", seed=8)]
    with caplog.at_level(logging.DEBUG):
        import_hashes(name="national", hashes=some, by="system")
        bank.current()
    stored = b"".join(
        content
        for _name, content in tables(os.environ["MPM_TEST_SUPERUSER_URL"], str(connection.settings_dict["NAME"]))
    )
    files = b"".join(path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
    for each in some:
        for written in (each.value, each.value.hex().encode()):
            assert written not in stored
            assert written not in files
        assert each.value.hex() not in caplog.text
    (told,) = Event.objects.filter(action="list:imported")
    assert told.data == {"name": "national", "version": 1, "added": 60, "taken": 0}


@pytest.mark.requirement("S2")
def test_another_process_of_the_same_list_is_noticed_and_the_old_index_let_go() -> None:
    (one, other) = hashes(2)
    import_hashes(name="national", hashes=[one], by="system")
    (before,) = bank.current().indexes
    assert bank.current().indexes[0] is before
    import_hashes(name="national", hashes=[other], by="system")
    (after,) = bank.current().indexes
    assert after is not before
    assert bank._kept["national"].index is after
    with transaction.atomic():
        KnownList.objects.update(pdq=None, pdq_count=0)
    assert bank.current().indexes == []
    assert bank._kept == {}
