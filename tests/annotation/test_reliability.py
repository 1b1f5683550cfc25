"""Measures of agreement, against worked examples that were published and against figures worked out by hand."""

import random
from collections.abc import Sequence

import pytest

from annotation.agreement.reliability import Estimate, alpha, kappa, mean, share

# Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd ed., table 18.1: two raters, 100 patients.
FLEISS = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
# The example of the kappa statistic in the manual of SAS's PROC FREQ: 19 cases, three categories.
SAS = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section A: ten articles, two observers, 0 or 1.
KRIPPENDORFF = ([0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0])


def pairs(table: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    return [(row, column) for row, line in enumerate(table) for column, n in enumerate(line) for _ in range(n)]


def numbers(estimate: Estimate | None) -> tuple[float | None, ...]:
    assert estimate is not None
    return estimate.value, estimate.low, estimate.high


@pytest.mark.requirement("A8")
@pytest.mark.parametrize(
    ("table", "published"), [(FLEISS, (0.676, 0.504, 0.848)), (SAS, (0.4842, 0.2137, 0.7547))], ids=["fleiss", "sas"]
)
def test_kappa_and_its_interval_are_the_published_ones(
    table: Sequence[Sequence[int]], published: tuple[float, ...]
) -> None:
    assert numbers(kappa(pairs(table))) == pytest.approx(published, abs=1e-3)


def test_kappa_of_readers_who_never_differed_is_1_and_says_how_little_that_is() -> None:
    value, low, high = numbers(kappa(pairs([[9, 0], [0, 1]])))
    # Wilson's lower bound for 10 of 10 is 0.7225, chance 0.82: (0.7225 - 0.82) / 0.18.
    assert (value, low, high) == pytest.approx((1, -0.542, 1), abs=1e-3)
    sure = kappa(pairs([[450, 0], [0, 50]]))
    assert sure is not None
    assert sure.low == pytest.approx(0.9577, abs=1e-3)


def test_kappa_of_a_reader_who_had_one_category_only_is_as_uncertain_as_the_share_of_agreement() -> None:
    value, low, high = numbers(kappa(pairs([[18, 2], [0, 0]])))
    # Wilson's interval for 18 of 20 is 0.6990 to 0.9721, chance 0.9.
    assert (value, low, high) == pytest.approx((0, -1, 0.721), abs=1e-3)


def test_kappa_tells_nothing_where_all_is_in_one_category_or_nothing_was_compared() -> None:
    assert kappa(pairs([[12, 0], [0, 0]])) is None
    assert kappa([]) is None


@pytest.mark.requirement("A8")
def test_alpha_is_the_published_one() -> None:
    found = alpha([[(one, other)] for one, other in zip(*KRIPPENDORFF, strict=True)])
    assert found is not None
    # Of 0 and 1 the interval metric is the nominal one, of which the paper says 0.095.
    assert found.value == pytest.approx(0.095, abs=1e-3)
    assert found.of == 10


def test_alpha_by_hand_from_the_coincidences_of_all_values() -> None:
    photos = [[(3, 4)], [(7, 7), (10, 12)], [(1, 1)], [(15, 13)]]
    values = [value for photo in photos for pair in photo for value in pair]
    observed = sum((one - other) ** 2 for photo in photos for one, other in photo) / 5
    every = [(one - other) ** 2 for i, one in enumerate(values) for j, other in enumerate(values) if i != j]
    found = alpha(photos)
    assert found is not None
    assert found.value == pytest.approx(1 - observed / (sum(every) / len(every)))
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high <= 1


def test_alpha_tells_nothing_where_every_age_is_the_same() -> None:
    assert alpha([[(7, 7)], [(7, 7)]]) is None
    assert alpha([[], []]) is None


# Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3.
@pytest.mark.parametrize(
    ("hits", "of", "published"),
    [(81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0, 0.1611)), (1, 29, (0.0061, 0.1718))],
)
def test_wilsons_interval_is_the_published_one(hits: int, of: int, published: tuple[float, float]) -> None:
    assert numbers(share(hits, of)) == pytest.approx((hits / of, *published), abs=1e-4)


def test_the_mean_of_single_values_has_the_usual_standard_error() -> None:
    # The jackknife of a mean is its standard error: 1.2910 / 2 for 1, 2, 3, 4.
    assert numbers(mean([[1], [2], [3], [4]])) == pytest.approx(
        (2.5, 2.5 - 1.96 * 0.6455, 2.5 + 1.96 * 0.6455), abs=1e-3
    )


def test_people_of_one_photo_stand_together_or_fall_together() -> None:
    apart, together = mean([[0], [0], [2], [2]]), mean([[0, 0], [2, 2]])
    assert apart is not None
    assert together is not None
    assert apart.low is not None
    assert together.low is not None
    assert (apart.value, together.value) == (1, 1)
    assert together.low < apart.low


def test_of_a_single_photo_no_interval_is_told() -> None:
    assert mean([[1.5, 2.5]]) == Estimate(2.0, None, None, 2)
    assert mean([]) is share(0, 0) is None


def test_the_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """Five hundred draws of sixty photos, two people each, whose ages two readers see with an error of a year."""
    drawn = random.Random(7)  # noqa: S311 - no secret
    hits = 0
    for _draw in range(500):
        photos = [
            [(age + drawn.gauss(0, 1), age + drawn.gauss(0, 1)) for age in (drawn.gauss(9, 3), drawn.gauss(9, 3))]
            for _photo in range(60)
        ]
        found = alpha(photos)
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        # Variance 9 of the ages, 1 of the error: alpha is 9 / 10.
        hits += found.low <= 0.9 <= found.high
    assert 455 <= hits <= 490
