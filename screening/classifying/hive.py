"""Hive's combined detection of abuse material (with Thorn): a hash match, else a classifier. Enterprise contract.

Written from docs.thehive.ai, "CSAM Detection - Combined API". The rendition goes as a file, with no name of ours.
"""

from typing import Any, Final
from uuid import uuid4

from screening.classifying.asking import post
from screening.classifying.protocol import ClassifierFailed, Picture, Scored

URL: Final = "https://api.thehive.ai/api/v2/task/sync"
SUCCESS: Final = {"200", "0"}
MATCHED: Final = "matched"


class Hive:
    """`key` is the project's API key."""

    def __init__(self, *, key: str, url: str = URL) -> None:
        """Keep where and with what to ask."""
        self._url = url
        self._headers = {"Authorization": f"Token {key}"}

    def score(self, picture: Picture) -> Scored:
        """What is neither abuse material nor pornography is left out of the score. Raises ClassifierFailed."""
        border = uuid4().hex
        kind = f"multipart/form-data; boundary={border}"
        answer = post(self._url, headers={**self._headers, "Content-Type": kind}, body=_form(picture.jpeg(), border))
        try:
            return _scored(_file(answer))
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            raise ClassifierFailed("an answer of another shape") from None


def _form(jpeg: bytes, border: str) -> bytes:
    head = f'--{border}\r\nContent-Disposition: form-data; name="media"; filename="photo.jpg"\r\n'
    return f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + jpeg + f"\r\n--{border}--\r\n".encode()


def _file(answer: Any) -> dict[str, Any]:
    """What is said of the one file that was sent."""
    (task,) = answer["status"]
    if str(task["status"]["code"]) not in SUCCESS:
        raise ClassifierFailed("the task failed")
    output = task["response"]["output"]
    found: dict[str, Any] = (output[0] if isinstance(output, list) else output)["file"]
    return found


def _scored(file: dict[str, Any]) -> Scored:
    if MATCHED in file["reasons"]:
        return Scored(1.0, known=True)
    # Null says that the classifier failed, as for a picture that is too small.
    classes = file["classifierPrediction"]["csam_classifier"]
    return Scored(min(1.0, float(classes["csam"]) + float(classes["pornography"])))
