"""One picture given twice, and the photos of one person, are not both learned from and tested with."""

import json

import pytest

from contributions.models import Basis, Invitation, Photo
from releases import tasks
from releases.models import PublicId
from releases.queries.building import bonds
from screening.models import NearDuplicate
from tests import pictures
from tests.builders import given, read
from tests.cast import Casting
from tests.releases.curators import Curators, unpacked

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.mark.requirement("D5")
def test_images_of_one_picture_share_a_group_and_a_side_and_every_other_has_a_group_of_its_own(staff: Casting) -> None:
    made = given(pictures.png(320, 240), pictures.png(330, 250, name="cat")).agree()
    twin = given(pictures.png(322, 240)).agree()
    asked = given(pictures.png(300, 200, name="chelsea"), others=[Basis.INVITED]).agree()
    asked.reply(asked.photos[0].invitations.get(), "research")
    curators = Curators(staff)
    for _ in range(4):
        read(curators.annotator)
    one, other = sorted([made.photos[0], twin.photos[0]], key=lambda row: row.pk)
    NearDuplicate.objects.all().delete()
    NearDuplicate.objects.create(one=one, other=other, distance=8)
    release = curators.frozen(bases=frozenset({"confirmed"}))
    made.sending.refresh_from_db()
    # As if the giver of the first photos were asked about the last one.
    own = Invitation.objects.get()
    Invitation.objects.update(participant=made.sending.participant)
    bound = bonds(release)
    Invitation.objects.update(participant=own.participant)
    known = {photo: set(people) for photo, people in bound.items()}
    assert known[made.photos[0].pk] == known[made.photos[1].pk] < known[asked.photos[0].pk]
    assert not known[twin.photos[0].pk] & known[asked.photos[0].pk]
    assert tasks.build_now(release.pk)
    images = json.loads(unpacked(release)["data/annotations.json"])["images"]
    told = {image["public_id"]: (image["group"], image["split"]) for image in images}
    ids = {row.photo_id: str(row.pk) for row in PublicId.objects.all()}
    twice = [ids[one.pk], ids[other.pk]]
    assert {told[public_id][0] for public_id in twice} == {min(twice)}
    assert all(told[public_id][0] == public_id for public_id in set(told) - set(twice))
    together = [*twice, ids[made.photos[1].pk]]
    assert len({told[public_id][1] for public_id in together}) == 1
    assert Photo.objects.count() == len(told) == 4
