"""Google's Content Safety API: how soon a person should look, in five words. By agreement with Google.

Written from its public description: POST /v1beta1/images:classify with pictures as base64.
"""

import json
from base64 import b64encode
from typing import Final
from urllib.parse import urlencode

from screening.classifying.asking import post
from screening.classifying.protocol import ClassifierFailed, Picture, Scored

URL: Final = "https://contentsafety.googleapis.com/v1beta1/images:classify"
# Five words as even steps; the threshold in the settings says from which on a person looks.
PRIORITIES: Final = {"VERY_LOW": 0.0, "LOW": 0.25, "MEDIUM": 0.5, "HIGH": 0.75, "VERY_HIGH": 1.0}


class ContentSafety:
    """`key` is the API key."""

    def __init__(self, *, key: str, url: str = URL) -> None:
        """Keep where and with what to ask."""
        self._url = f"{url}?{urlencode({'key': key})}"

    def score(self, picture: Picture) -> Scored:
        """The priority of the one picture. Raises ClassifierFailed."""
        body = json.dumps({"images": [b64encode(picture.jpeg()).decode()]}).encode()
        answer = post(self._url, headers={"Content-Type": "application/json"}, body=body)
        try:
            (priority,) = answer["reviewPriorities"]
            return Scored(PRIORITIES[priority], version=str(answer.get("modelVersion", ""))[:40])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ClassifierFailed("an answer of another shape") from None
