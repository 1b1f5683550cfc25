"""Import a list of digests of known material."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from screening import actions


class Command(BaseCommand):
    """Reads hex MD5 or SHA-256 digests from the first column of a CSV file. Only their keyed hashes are kept."""

    help = "Import MD5 or SHA-256 digests (hex, first column of a CSV file) into a known list."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the list's name, and whether the digests are taken back."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--list", required=True, dest="name")
        parser.add_argument("--retract", action="store_true", help="take these digests back")

    def handle(self, *_args: object, **options: Any) -> None:
        """Import the file; a line that is not a digest stops it and nothing is imported."""
        try:
            count = actions.import_digests(
                name=options["name"], digests=_digests(options["file"]), by="system", retract=options["retract"]
            )
        except (OSError, ValueError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        self.stdout.write(f"{count} digests, list {options['name']}")


def _digests(path: Path) -> Iterator[bytes]:
    with path.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.reader(file), start=1):
            text = row[0].strip() if row else ""
            if not text or text.startswith("#"):
                continue
            try:
                yield bytes.fromhex(text)
            except ValueError:
                raise ValueError(f"line {number} is not a hexadecimal digest") from None
