"""Who makes releases, and photos that can be in one."""

import pytest

from tests import pictures, standing
from tests.builders import Given, given, read
from tests.cast import Casting
from tests.releases.curators import Curators


@pytest.fixture
def curators(staff: Casting) -> Curators:
    return Curators(staff)


@pytest.fixture
def one(curators: Curators) -> Given:
    """One photo that was read, where it does not matter how many a release holds."""
    return standing.step(("one", curators.annotator), lambda: _read(given().agree(), curators))


@pytest.fixture
def two(curators: Curators) -> Given:
    """One sending of two photos, both read."""
    files = pictures.png(320, 240), pictures.png(322, 240)
    return standing.step(("two", curators.annotator), lambda: _read(given(*files).agree(), curators))


def _read(made: Given, curators: Curators) -> Given:
    for _photo in made.photos:
        read(curators.annotator)
    return made
