"""The rooms' own pages on the auditor's desk in a real browser, with axe-core looking on."""

from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext

from annotation.actions import take_next, view_photo
from consent import actions as consent
from consent.sources import sources
from screening import actions
from tests.axe import violations
from tests.browsers import go_on_as
from tests.builders import given
from tests.cast import Casting

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "identity", "auditor"]),
    pytest.mark.requirement("L9", "W5"),
]


@pytest.mark.parametrize("path", ["notices", "views"])
def test_axe_finds_nothing_and_nothing_moves_sideways(
    phone: BrowserContext, live: str, staff: Casting, path: str
) -> None:
    _fill(staff)
    auditor = staff("auditor")
    go_on_as(phone, auditor.client, live)
    page = phone.new_page()
    page.goto(f"{live}/staff/audit/{path}/")
    for summary in page.locator("main summary").all():
        summary.click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def _fill(staff: Casting) -> None:
    """Two versions of the notice, a view for a task and one outside of any."""
    photo, annotator = given().agree().photos[0], staff("annotator").user.pk
    source = next(source for source in sources() if source.language == "en")
    changed = source.text.replace("a birthday,", "a birthday party,")
    consent.publish(source=replace(source, version="2027-1", text=changed), by="system")
    task = take_next(staff_id=annotator)
    assert task is not None
    b"".join(view_photo(task_id=task.pk, rendition="rendition", staff_id=annotator))
    b"".join(actions.view(photo_id=photo.pk, rendition="full", staff_id=annotator, reason="ruling"))
