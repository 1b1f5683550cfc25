"""Import a known list, from a file or from its list server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.actions import NotForTheLog
from screening.actions.exchanging import exchange
from screening.actions.listing import empty, import_hashes
from screening.csv_hashes import read
from screening.exchanges.answers import ClientMissing, ExchangeFailed
from screening.hash_kinds import LENGTHS, Hash, Kind

LONGEST = 60


class Command(BaseCommand):
    """Reads hashes of known material: all of a file or nothing, or what a list server has changed since last time."""

    help = "Import PDQ, MD5 or SHA-256 hashes into a known list, from a CSV file or from a list server."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file and the list's name, or the exchange; of which kind the hashes are; whether they are taken back."""
        parser.add_argument("file", type=Path, nargs="?", help="lines of hexadecimal hashes; a header may name columns")
        parser.add_argument("--list", dest="name", help="the list that the file belongs to")
        parser.add_argument("--kind", choices=list(LENGTHS), help="what the hashes are, where no header says so")
        parser.add_argument("--class", dest="material", default="", help="what the list is of, for the officer to read")
        parser.add_argument("--retract", action="store_true", help="take these hashes back")
        parser.add_argument("--anew", action="store_true", help="forget what the list holds first, as after a restore")
        parser.add_argument("--exchange", help="ask this list server of the settings instead of reading a file")

    def handle(self, *_args: object, **options: Any) -> None:
        """Import; a line that is no hash stops it, and nothing is imported."""
        if options["anew"] and (named := options["exchange"] or options["name"]):
            empty(name=named, by="system")
        if options["exchange"]:
            self._ask(options["exchange"])
        elif options["file"] and options["name"]:
            self._read(options)
        else:
            raise CommandError("Name a file and --list, or --exchange.")

    def _read(self, options: dict[str, Any]) -> None:
        path, name = options["file"], options["name"]
        if len(options["material"]) > LONGEST:
            raise CommandError(f"A class has at most {LONGEST} characters.")
        try:
            count = import_hashes(
                name=name,
                hashes=_hashes(path, options["kind"]),
                by="system",
                retract=options["retract"],
                material=options["material"],
            )
        except (OSError, ValueError) as error:
            raise CommandError(f"{path}: {error}") from error
        except NotForTheLog:
            raise CommandError("A list's name is one short word: the log shows it.") from None
        self.stdout.write(f"{count} hashes, list {name}")

    def _ask(self, name: str) -> None:
        if name not in settings.LIST_EXCHANGES:
            raise CommandError(f"There is no exchange {name} in the settings (LIST_EXCHANGES).")
        complete = False
        while not complete:
            try:
                answer = exchange(name=name)
            except (ClientMissing, ValueError) as error:
                raise CommandError(str(error)) from error
            except ExchangeFailed as error:
                raise CommandError(f"The list server did not answer as it should ({error}).") from error
            complete = answer.complete
            self.stdout.write(f"{len(answer.updates)} entries, {answer.unread} hashes unreadable, list {name}")


def _hashes(path: Path, kind: Kind | None) -> Iterator[Hash]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from read(file, kind)
