"""Which bytes a request asks for."""

import pytest

from releases.ranges import NotSatisfiable, asked_for

SIZE = 100


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("bytes=0-", (0, 100)),
        ("bytes=40-", (40, 100)),
        ("bytes=40-49", (40, 50)),
        ("bytes=99-99", (99, 100)),
        ("bytes=40-1000", (40, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("BYTES=0-9", (0, 10)),
        ("bytes=50-40", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("bytes=x-", None),
        ("items=0-1", None),
        (f"bytes={'9' * 5000}-", None),
        ("bytes=\u0661-", None),
    ],
)
def test_one_range_of_bytes_is_read_and_anything_else_passed_over(header: str, expected: object) -> None:
    assert asked_for(header, SIZE) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(header: str) -> None:
    with pytest.raises(NotSatisfiable):
        asked_for(header, SIZE)


def test_of_an_empty_file_no_range_is_there() -> None:
    assert asked_for("", 0) is None
    with pytest.raises(NotSatisfiable):
        asked_for("bytes=0-", 0)
