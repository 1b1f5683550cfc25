"""The queue, the readings, which are only ever appended, what models saw, and what staff keep for themselves."""

from annotation.models.desk import KeyMap, Search
from annotation.models.readings import Answer, Comparison, Exclusion, Reading, ReadingCover, ReadingPerson
from annotation.models.seen import Suggestion, TextSearch
from annotation.models.tasks import NotNow, Task
from annotation.transitions import Stage

__all__ = [
    "Answer",
    "Comparison",
    "Exclusion",
    "KeyMap",
    "NotNow",
    "Reading",
    "ReadingCover",
    "ReadingPerson",
    "Search",
    "Stage",
    "Suggestion",
    "Task",
    "TextSearch",
]
