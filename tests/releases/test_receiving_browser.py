"""A version from the mailed link to the report of what was deleted, in a browser and by the program."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from releases import actions
from releases.queries import holdings
from releases.standalone import mpm_release
from releases.tokens import token_for
from tests import pictures
from tests.axe import violations
from tests.browsers import faultless, go_on_as
from tests.builders import given, read
from tests.cast import Casting
from tests.releases.curators import Curators
from tests.releases.receiving import handed_out


def run(*said: str, asked: str = "") -> str:
    """What the program says, run by itself as a recipient does; it must be content."""
    command = [sys.executable, mpm_release.__file__, *said]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.requirement("D7", "D9", "W5")
def test_a_recipient_fetches_verifies_prunes_and_reports(
    live: str, desktop: BrowserContext, staff: Casting, tmp_path: Path
) -> None:
    curators, folder = Curators(staff), str(tmp_path / "copy")
    two = given(pictures.png(320, 240), pictures.png(322, 240)).agree()
    read(curators.annotator)
    read(curators.annotator)
    delivery = handed_out(curators, curators.published()).delivery
    link = f"{live}/dataset/link/{token_for(delivery.pk)}/"
    run("fetch", "-", folder, asked=link)
    assert "2 pictures" in run("verify", folder)

    two.withdraw(two.photos[0])
    actions.announce(audience="own")
    run("prune", folder, "--feed", f"{live}/withdrawals.json", "--signed-off-by", "Robin Reader")
    assert "1 picture" in run("verify", folder)

    desktop.grant_permissions(["clipboard-read", "clipboard-write"])
    with faultless(desktop) as page:
        page.goto(link)
        expect(page).to_have_url(f"{live}/dataset/")
        expect(page.get_by_text("Your copy is behind")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Copy: delete").click()
        expect(page.get_by_text("Copied.")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert re.fullmatch(r'python mpm_release.py prune FOLDER --feed \S+ --signed-off-by "NAME"', copied)
        page.get_by_label("Or choose the file here").set_input_files(f"{folder}/{mpm_release.SIGNED_OFF}")
        expect(page.get_by_label("The report")).not_to_have_value("")
        page.get_by_role("button", name="Send the report").click()
        expect(page.get_by_text("We have your report, up to notice 1.")).to_be_visible()
        expect(page.get_by_text("Your copy is behind")).to_have_count(0)
    again = ("prune", folder, "--feed", f"{live}/withdrawals.json", "--signed-off-by", "Robin Reader", "--send", "-")
    assert "The report was sent in." in run(*again, asked=f"{link}\n")
    (held,) = holdings()
    assert (held.behind, held.left, held.is_stated) == ((), 1, False)

    desktop.clear_cookies()
    go_on_as(desktop, staff("curator").client, live)
    with faultless(desktop) as page:
        wrong = {}
        for path in ("recipients/", "recipients/enter/", f"recipients/{delivery.recipient_id}/"):
            page.goto(f"{live}/staff/{path}")
            wrong[path] = violations(page)
        page.goto(f"{live}/staff/deliveries/{delivery.pk}/report/")
        wrong["report"] = violations(page)
        assert wrong == {path: [] for path in wrong}
