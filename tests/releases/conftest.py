"""Who makes releases, and photos that can be in one."""

import pytest

from tests import pictures
from tests.builders import Given, given, read
from tests.cast import Casting
from tests.releases.curators import Curators


@pytest.fixture
def curators(staff: Casting) -> Curators:
    return Curators(staff)


@pytest.fixture
def two(curators: Curators) -> Given:
    """One sending of two photos, both read."""
    made = given(pictures.png(320, 240), pictures.png(322, 240)).agree()
    for _photo in made.photos:
        read(curators.annotator)
    return made
