"""PDQ as this site computes it: bit for bit what the reference's own program says of drawn pictures."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from contributions.queries import Pixels
from screening.bands import bands
from screening.hashing import LOOK, METHOD, hashed
from screening.models import PhotoHash
from tests import pictures
from tests.builders import given
from tests.screening.hashes import distance

Picture = NDArray[np.uint8]

# What pdqhash 0.2.8, built from the reference's C++, says of the drawn pictures: the quality, and the hashes of the
# picture as it lies and of the seven of TURNED, each turned first and hashed then.
REFERENCE: dict[int, tuple[int, tuple[str, ...]]] = {
    0: (
        100,
        (
            "533b12bf257a036517b35b251b5a19285b48791bf81ce63be2b628672477616d",
            "403c7b42207f341747e4dfe9de98403ec848cd78bd171785e3f1abd0ea5e23a8",
            "8ece7037702fa9cf46e6a98f4e1fb3820e1d9331ad494c91a7cb42cc7122cbc7",
            "156d95a8752a9ab512b179478bcdea941d5d67d2684a3f2fb6a4017abf0b8906",
            "530b2560257afc9a17b3e0da1b5ae6d75b4886e4f81c19c4e2b6979924779e92",
            "06eecfca702f563046e61e704e1f4c7d0e1d6ccead49b36ea7c3b93271223438",
            "003884f9207fcfe007e42812de98bfc148083287fd1fea7ae3f1542fea5edc57",
            "95696a17752a614296b18ab88bcd156b9d1d982d684242d0b6acfe85ff0b76f9",
        ),
    ),
    1: (
        100,
        (
            "846e07678e1d854b76153c3a98773c633819e05cf4c36b93e9ce6bc3c631ce1c",
            "b24b75840ffef00f279c02dcf827afe3003c2c93cf20d12cb4c915b6ff3cb449",
            "91fb2dcddb4a2de433409695c92a96c9694cdaf621b6d339ac9b8169b2446cb6",
            "e73edd2a58ab52e563c8a8762d42054955690639b2f77b86e19cab1ca2693ae3",
            "c42ef8988e3f70b16615c3c09877cb9c38391fa3f4e3846ce9ce943ce63131e3",
            "933b5232db4bd21f2362696fad2269366d4ca50923b62cc6bc9b7e96b3449349",
            "b26b087f0dfc0fa0279dfd236817501c003cd36cc7022ed3b4c9ea49d73c7bb6",
            "a75e22d158abad5272c955092d52fab4d569f9c692758479e39c54e3a269c51c",
        ),
    ),
    2: (
        100,
        (
            "b118b13f562d97d021f4216733e7c3f4021e01bfe7e93cc8520594b7b9ae1f98",
            "d1a7ded7ce320968601bcfc833a900941b77e0cf7f66263ae0f3923147c69993",
            "e45d5bb00b783d5270a18bdd66b6595cc74bab14b2bc96621e503e1de8f33522",
            "84f3747d9b67a7ca75466d60c6fc8e364e224a653a338c80a5a47a9b12937379",
            "b3184ec55c2d682725f4df9833e73c09921efe41e7e9c32752056b48b9a6e067",
            "e44dec6a0a78c2a574a1643266b696a3c74b54eab2bc699d1e50c1e2e8fbcacd",
            "d1262128ce32f21f0013303533a9df631b771f306f66d9c5e0f36fce46c6666c",
            "84f2cb829a67593d754e929d66fc75c14e22b59a6a33f76ea5a4876412938c86",
        ),
    ),
}


def drawn(seed: int) -> Picture:
    """512 x 512 pixels of slopes and discs, the same everywhere."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:512, 0:512]
    picture = np.stack([(x * (seed + 1) + y) // 6 % 256, (y * 2 + x) // 7 % 256, (x + y) // 4 % 256], axis=-1)
    for _ in range(24):
        across, down = rng.integers(0, 512, 2).tolist()
        radius = int(rng.integers(15, 110))
        picture[(x - across) ** 2 + (y - down) ** 2 < radius**2] = rng.integers(0, 256, 3)
    return picture.astype(np.uint8)


def seen(picture: Picture) -> Pixels:
    return Pixels(picture.shape[1], picture.shape[0], np.ascontiguousarray(picture).tobytes())


@pytest.mark.requirement("S3")
@pytest.mark.parametrize("seed", REFERENCE)
def test_hashes_of_all_orientations_are_those_of_the_reference(seed: int) -> None:
    quality, turns = REFERENCE[seed]
    made = hashed(seen(drawn(seed)))
    assert max(distance(mine, bytes.fromhex(theirs)) for mine, theirs in zip(made.turns, turns, strict=True)) <= 2
    assert abs(made.quality - quality) <= 1


TURNED: dict[str, Callable[[Picture], Picture]] = {
    "a quarter": lambda picture: np.rot90(picture, 1),
    "a half": lambda picture: np.rot90(picture, 2),
    "three quarters": lambda picture: np.rot90(picture, 3),
    "top to bottom": np.flipud,
    "left to right": np.fliplr,
    "along one diagonal": lambda picture: picture.transpose(1, 0, 2),
    "along the other": lambda picture: np.rot90(picture, 2).transpose(1, 0, 2),
}


@pytest.mark.requirement("S2")
@pytest.mark.parametrize("turn", TURNED.values(), ids=TURNED)
def test_a_picture_turned_or_mirrored_is_known_by_one_of_its_eight_hashes(turn: Callable[[Picture], Picture]) -> None:
    upright, turned = hashed(seen(drawn(1))), hashed(seen(turn(drawn(1))))
    assert min(distance(each, turned.turns[0]) for each in upright.turns) == 0
    assert {*upright.turns} == {*turned.turns}


def test_a_smaller_copy_is_known_again() -> None:
    assert distance(hashed(seen(drawn(0))).turns[0], hashed(seen(drawn(0)[::2, ::2])).turns[0]) <= 31


def test_an_even_surface_has_no_quality() -> None:
    assert hashed(seen(np.full((512, 512, 3), 90, np.uint8))).quality == 0


def test_bands_are_the_bits_of_the_hash_in_order() -> None:
    assert bands(bytes(range(32)))[:2] == [0x0001, (1 << 16) | 0x0203]
    assert len(set(bands(bytes(32)))) == 16


@pytest.mark.requirement("S3")
@pytest.mark.django_db(transaction=True, databases=["default", "identity"])
def test_a_photo_keeps_its_hashes_with_the_version_of_the_method() -> None:
    photo = given(pictures.png(640, 480)).photos[0]
    kept = PhotoHash.objects.get(photo=photo, form="whole")
    assert (kept.method, len(kept.turns), LOOK.width) == (METHOD, 8, 512)
    rgb = np.asarray(pictures.picture("coffee", 640, 480).resize((512, 512), 4))
    assert distance(bytes(kept.turns[0]), hashed(seen(rgb)).turns[0]) <= 2
