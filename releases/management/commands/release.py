"""Whether a release is what is made of its photos; what the workers parked is tried again; the key that signs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from releases import actions, queries
from releases.checking import checked
from releases.models import Audience, Release
from releases.transitions import ReleaseState, TransitionNotAllowed


class Command(BaseCommand):
    """`check`, for an operator or an auditor; `again` and `crops`, once what stopped the workers is mended; `key`."""

    help = (
        "check: build a release again in memory and compare every file with what is stored (exit 1 where one differs)."
        " again: take up a build that was parked after its tries. crops: take up all crops that were. key: the"
        " fingerprint of the key that signs releases, to be told to recipients by another way than the mailed link."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and with which release."""
        parser.add_argument("what", choices=["check", "again", "crops", "key"])
        parser.add_argument("number", type=int, nargs="?", help="of the release; none for crops and key")
        parser.add_argument("--audience", choices=Audience.values, default=Audience.OWN)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it. Raises CommandError for a release that is not there, not parked, was never built, or differs."""
        if options["what"] == "crops":
            self.stdout.write(f"Crops taken up: {actions.cut_again(by='system')}.")
            return
        if options["what"] == "key":
            self.stdout.write(queries.key_fingerprint())
            return
        release = Release.objects.filter(audience=options["audience"], number=options["number"]).first()
        if release is None:
            raise CommandError("There is no such release.")
        if options["what"] == "again":
            self._again(release)
        else:
            self._check(release)

    def _again(self, release: Release) -> None:
        try:
            actions.build_again(release_id=release.pk, by="system")
        except TransitionNotAllowed:
            raise CommandError(f"Release {release.number} is not parked. Nothing changed.") from None
        self.stdout.write(f"Release {release.number} is built again.")

    def _check(self, release: Release) -> None:
        if release.state in {ReleaseState.DRAFT, ReleaseState.FROZEN, ReleaseState.ABORTED}:
            raise CommandError(f"Release {release.number} is not built.")
        good = []
        for file in checked(release):
            self.stdout.write(f"{file.path}: {file.found}")
            good.append(file.is_good)
        if not all(good):
            raise CommandError(f"{good.count(False)} of {len(good)} files are not what would be built.")
        self.stdout.write(f"{len(good)} files are what would be built, or closed.")
