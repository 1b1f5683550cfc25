"""Sizes of files as pages and mails say them."""

import pytest

from releases.templatetags.sizes import size

SAID = {
    0: "0 bytes",
    1: "1 byte",
    999: "999 bytes",
    1000: "1 KB",
    1024 + 512: "1.5 KB",
    24 * 1024 + 400: "24 KB",
    1008 * 1024: "1 MB",
    5 * 1024**3 // 4: "1.2 GB",
    4000 * 1024**4: "4000 TB",
}


@pytest.mark.parametrize(("octets", "said"), SAID.items())
def test_a_size_is_said_in_a_unit_of_which_it_has_a_few(octets: int, said: str) -> None:
    assert size(octets).replace("\N{NO-BREAK SPACE}", " ") == said
