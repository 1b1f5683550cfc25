"""The names of the ways by which pictures are hashed and looked up. Nothing heavy, so that pages may read them, too."""

from typing import Final

# From pixels to a hash: squashed to 512 x 512 by area, PDQ computed as in screening.hashing.
METHOD: Final = "pdq-512-box-1"
# From a hash to matches: every hash of a list is compared, bit by bit.
INDEX: Final = "flat-1"
