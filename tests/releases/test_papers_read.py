"""The papers of a release as a curator reads them: pages with a way back, and files with a name of their own."""

import pytest

from tests.cast import Casting
from tests.releases.curators import Curators

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.mark.requirement("D7")
@pytest.mark.usefixtures("two")
def test_what_people_read_is_a_page_with_a_way_back_and_what_programs_read_is_a_file(
    curators: Curators, staff: Casting
) -> None:
    contents = f"/staff/releases/{curators.published().pk}/contents/"
    papers, desk = contents.replace("contents", "papers"), staff("curator").client
    for path in ("README.md", "datasheet.md", "datasheet.html", "notices/2026-1-en.md"):
        page = desk.get(papers + path)
        assert page["Content-Type"] == "text/html; charset=utf-8"
        assert page["Content-Security-Policy"].endswith("; sandbox")
        text = page.content.decode()
        assert (text.count("<h1>"), text.count(f'href="{contents}"')) == (1, 1)
        assert "|---|" not in text
    manifest = desk.get(f"{papers}manifest.json")
    assert manifest["Content-Disposition"] == 'attachment; filename="own-1-manifest.json"'
    assert manifest["Content-Security-Policy"].endswith("; sandbox")
