"""What is different from the release before, counted in the database."""

import pytest

from releases.papers.changes import change_list
from releases.papers.croissant import croissant
from releases.papers.described import described
from releases.papers.history import Difference, difference
from releases.papers.pages import as_markdown
from releases.papers.terms import terms
from tests import pictures
from tests.builders import given, read
from tests.cast import Casting
from tests.releases.curators import Curators


@pytest.mark.requirement("D5")
@pytest.mark.django_db(transaction=True, databases=["default", "identity"])
def test_photos_that_left_came_or_were_read_anew_are_counted(staff: Casting) -> None:
    curators = Curators(staff)
    made = given(*(pictures.png(width, 240) for width in (300, 310, 320, 330))).agree()
    for _photo in made.photos:
        read(curators.annotator)
    first = curators.published()
    assert difference(first) == Difference(None, new=4, left=0, read_anew=0, same=0)
    # The one rests on other grounds since.
    first.items.filter(public_id__photo=made.photos[1]).update(grounds=["confirmed"])
    made.withdraw(made.photos[0])
    given(pictures.png(340, 240)).agree()
    read(curators.annotator)
    second = curators.frozen()
    assert difference(second) == Difference(first, new=1, left=1, read_anew=1, same=2)
    told = described(second, [])
    assert f"SHA-256 `{first.manifest_sha256}`" in as_markdown(change_list(told)).decode()
    assert croissant(told, terms(told))["prov:wasDerivedFrom"]["@id"] == f"urn:uuid:{first.pk}"
