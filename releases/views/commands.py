"""What recipients type to run the program, in parts none of which is torn apart where a line wraps."""

from django.conf import settings
from django.urls import reverse

from releases.papers.paths import PROGRAM

RUN = f"python {PROGRAM}"


def commands() -> dict[str, list[str]]:
    """The three commands by their names. The program asks for the link, so that it stands in no list of commands."""
    feed = settings.SITE_URL + reverse("releases:withdrawals")
    return {
        "fetch": [f"{RUN} fetch", "-", "FOLDER"],
        "verify": [f"{RUN} verify", "FOLDER", '--key "KEY"', f"--feed {feed}"],
        "prune": [f"{RUN} prune", "FOLDER", f"--feed {feed}", '--signed-off-by "NAME"'],
    }
