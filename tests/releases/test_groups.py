"""One picture given twice is one group in a release, so that it is not both learned from and tested with."""

import json

import pytest

from contributions.models import Photo
from releases.models import PublicId
from screening.models import NearDuplicate
from tests import pictures
from tests.builders import given, read
from tests.cast import Casting
from tests.releases.test_life import Curators, unpacked

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


def test_images_of_one_picture_share_a_group_and_every_other_has_its_own(staff: Casting) -> None:
    made = given(pictures.png(320, 240), pictures.png(322, 240), pictures.png(330, 250, name="cat")).agree()
    curators = Curators(staff)
    for _photo in made.photos:
        read(curators.annotator)
    one, other = sorted(Photo.objects.filter(pk__in=[photo.pk for photo in made.photos[:2]]), key=lambda row: row.pk)
    NearDuplicate.objects.all().delete()
    NearDuplicate.objects.create(one=one, other=other, distance=8)
    images = json.loads(unpacked(curators.published(), curators)["annotations.json"])["images"]
    groups = {image["public_id"]: image["group"] for image in images}
    twice = sorted(str(row.pk) for row in PublicId.objects.filter(photo__in=[one, other]))
    (alone,) = set(groups) - set(twice)
    assert groups == {twice[0]: twice[0], twice[1]: twice[0], alone: alone}
