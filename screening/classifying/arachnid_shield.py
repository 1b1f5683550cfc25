"""Arachnid Shield of the Canadian Centre for Child Protection: whether a picture is known, exactly or nearly.

Written from the public clients' description: POST /v1/media/ with the picture as the body.
"""

from base64 import b64encode
from typing import Final

from screening.classifying.asking import post
from screening.classifying.protocol import ClassifierFailed, Picture, Scored

URL: Final = "https://shield.projectarachnid.com/v1/media/"
ANSWERS: Final = {
    "no-known-match": Scored(0.0),
    # A picture of the service's own for trying it out: a person sees that it came here.
    "test": Scored(1.0),
    "csam": Scored(1.0, known=True),
    "harmful-abusive-material": Scored(1.0, known=True),
}


class ArachnidShield:
    """`user` and `password` are those of the account."""

    def __init__(self, *, user: str, password: str, url: str = URL) -> None:
        """Keep where and with what to ask."""
        self._url = url
        word = b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {word}", "Content-Type": "image/jpeg"}

    def score(self, picture: Picture) -> Scored:
        """1 where the service knows the picture, else 0. Raises ClassifierFailed."""
        answer = post(self._url, headers=self._headers, body=picture.jpeg())
        try:
            return ANSWERS[answer["classification"]]
        except (KeyError, TypeError):
            raise ClassifierFailed("an answer of another shape") from None
