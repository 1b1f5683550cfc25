"""The words in which staff describe a photo: a controlled vocabulary with ids that never change.

It describes scenes, not people. No term is about a body, how little somebody wears, health, religion, ethnicity or
disability, and none may be added that invites such a remark: what staff write here becomes searchable and is released.
The terms are chosen for everyday childhood photos of many cultures and decades, album prints included.

A term that is no longer wanted is retired, never taken away: readings that carry it stay readable. Every interface
language has every label; the build fails where one is missing.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypedDict

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Term:
    """One word for a scene: `id` is its group and a name, such as "place.garden". Retired ones are not offered."""

    id: str
    label: "StrPromise"
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Terms that answer one question about a scene."""

    id: str
    label: "StrPromise"
    terms: tuple[Term, ...]


class TermOnPage(TypedDict):
    """A term as a page has it."""

    id: str
    label: str


class GroupOnPage(TypedDict):
    """A group as a page has it."""

    group: str
    label: str
    terms: list[TermOnPage]


# Related terms stand together. An id is never used again for anything else; at most 40 characters.
GROUPS: Final = (
    Group(
        "place",
        pgettext_lazy("scene", "Place"),
        (
            Term("place.living_room", pgettext_lazy("place", "living room")),
            Term("place.kitchen", pgettext_lazy("place", "kitchen")),
            Term("place.bedroom", pgettext_lazy("place", "bedroom")),
            Term("place.doorstep", pgettext_lazy("place", "in front of a house")),
            Term("place.balcony", pgettext_lazy("place", "balcony, porch or terrace")),
            Term("place.courtyard", pgettext_lazy("place", "courtyard")),
            Term("place.garden", pgettext_lazy("place", "garden")),
            Term("place.street", pgettext_lazy("place", "street")),
            Term("place.market", pgettext_lazy("place", "market or square")),
            Term("place.shop", pgettext_lazy("place", "shop")),
            Term("place.cafe", pgettext_lazy("place", "café or restaurant")),
            Term("place.nursery", pgettext_lazy("place", "nursery or kindergarten")),
            Term("place.classroom", pgettext_lazy("place", "classroom")),
            Term("place.schoolyard", pgettext_lazy("place", "schoolyard")),
            Term("place.playground", pgettext_lazy("place", "playground")),
            Term("place.park", pgettext_lazy("place", "park")),
            Term("place.sports_field", pgettext_lazy("place", "sports field or sports hall")),
            Term("place.pool", pgettext_lazy("place", "swimming pool")),
            Term("place.beach", pgettext_lazy("place", "beach")),
            Term("place.water", pgettext_lazy("place", "lake or river")),
            Term("place.forest", pgettext_lazy("place", "forest")),
            Term("place.field", pgettext_lazy("place", "field or meadow")),
            Term("place.farm", pgettext_lazy("place", "farm")),
            Term("place.mountains", pgettext_lazy("place", "hills or mountains")),
            Term("place.campsite", pgettext_lazy("place", "campsite")),
            Term("place.zoo", pgettext_lazy("place", "zoo or animal park")),
            Term("place.fair", pgettext_lazy("place", "fair or amusement park")),
            Term("place.museum", pgettext_lazy("place", "museum or sight")),
            Term("place.stage", pgettext_lazy("place", "stage or hall")),
            Term("place.studio", pgettext_lazy("place", "photo studio")),
            Term("place.vehicle", pgettext_lazy("place", "in a car, bus, train or boat")),
        ),
    ),
    Group(
        "activity",
        pgettext_lazy("scene", "Activity"),
        (
            Term("activity.posing", pgettext_lazy("activity", "posing for the camera")),
            Term("activity.group_picture", pgettext_lazy("activity", "group or class picture")),
            Term("activity.together", pgettext_lazy("activity", "sitting or standing together")),
            Term("activity.playing", pgettext_lazy("activity", "playing")),
            Term("activity.playing_in_snow", pgettext_lazy("activity", "playing in snow")),
            Term("activity.playing_in_water", pgettext_lazy("activity", "playing in or by water")),
            Term("activity.game", pgettext_lazy("activity", "playing a board, card or video game")),
            Term("activity.sport", pgettext_lazy("activity", "playing ball or doing sport")),
            Term("activity.winter_sport", pgettext_lazy("activity", "sledging, skiing or skating")),
            Term("activity.cycling", pgettext_lazy("activity", "cycling")),
            Term("activity.walking", pgettext_lazy("activity", "walking or hiking")),
            Term("activity.swinging", pgettext_lazy("activity", "climbing, swinging or sliding")),
            Term("activity.riding", pgettext_lazy("activity", "riding an animal")),
            Term("activity.with_animals", pgettext_lazy("activity", "looking after animals")),
            Term("activity.fishing", pgettext_lazy("activity", "fishing")),
            Term("activity.boating", pgettext_lazy("activity", "in a boat or canoe")),
            Term("activity.reading", pgettext_lazy("activity", "reading or writing")),
            Term("activity.lesson", pgettext_lazy("activity", "learning at school")),
            Term("activity.drawing", pgettext_lazy("activity", "drawing, painting or making something")),
            Term("activity.music", pgettext_lazy("activity", "making music, singing or dancing")),
            Term("activity.performing", pgettext_lazy("activity", "acting or performing")),
            Term("activity.watching", pgettext_lazy("activity", "watching television or a show")),
            Term("activity.eating", pgettext_lazy("activity", "eating or drinking")),
            Term("activity.picnic", pgettext_lazy("activity", "picnic or barbecue")),
            Term("activity.cooking", pgettext_lazy("activity", "cooking or baking")),
            Term("activity.helping", pgettext_lazy("activity", "helping at home or at work")),
            Term("activity.gardening", pgettext_lazy("activity", "gardening or harvesting")),
            Term("activity.birthday", pgettext_lazy("activity", "birthday")),
            Term("activity.wedding", pgettext_lazy("activity", "wedding")),
            Term("activity.celebration", pgettext_lazy("activity", "feast or celebration")),
            Term("activity.school_event", pgettext_lazy("activity", "first or last day of school")),
            Term("activity.resting", pgettext_lazy("activity", "resting")),
        ),
    ),
    Group(
        "season",
        pgettext_lazy("scene", "Season"),
        (
            Term("season.spring", pgettext_lazy("season", "spring")),
            Term("season.summer", pgettext_lazy("season", "summer")),
            Term("season.autumn", pgettext_lazy("season", "autumn")),
            Term("season.winter", pgettext_lazy("season", "winter")),
            Term("season.rainy", pgettext_lazy("season", "rainy season")),
            Term("season.dry", pgettext_lazy("season", "dry season")),
        ),
    ),
    Group(
        "setting",
        pgettext_lazy("scene", "Indoors or outdoors"),
        (
            Term("setting.indoors", pgettext_lazy("setting", "indoors")),
            Term("setting.outdoors", pgettext_lazy("setting", "outdoors")),
            Term("setting.unclear", pgettext_lazy("setting", "both or unclear")),
        ),
    ),
    Group(
        "clothing",
        pgettext_lazy("scene", "Clothing"),
        (
            Term("clothing.everyday", pgettext_lazy("clothing", "everyday clothes")),
            Term("clothing.festive", pgettext_lazy("clothing", "festive clothes")),
            Term("clothing.school_uniform", pgettext_lazy("clothing", "school uniform")),
            Term("clothing.club_uniform", pgettext_lazy("clothing", "uniform of a club, band or scouts")),
            Term("clothing.sportswear", pgettext_lazy("clothing", "sports clothes")),
            Term("clothing.costume", pgettext_lazy("clothing", "fancy dress")),
            Term("clothing.coat", pgettext_lazy("clothing", "coat or jacket")),
            Term("clothing.winter_clothes", pgettext_lazy("clothing", "warm winter clothes")),
            Term("clothing.rainwear", pgettext_lazy("clothing", "rain clothes or rubber boots")),
            Term("clothing.dungarees", pgettext_lazy("clothing", "dungarees or overalls")),
            Term("clothing.sailor_suit", pgettext_lazy("clothing", "sailor suit")),
            Term("clothing.apron", pgettext_lazy("clothing", "apron")),
            Term("clothing.hat", pgettext_lazy("clothing", "hat or cap")),
            Term("clothing.helmet", pgettext_lazy("clothing", "helmet")),
        ),
    ),
    Group(
        "objects",
        pgettext_lazy("scene", "Objects"),
        (
            Term("objects.doll", pgettext_lazy("objects", "doll")),
            Term("objects.soft_toy", pgettext_lazy("objects", "soft toy")),
            Term("objects.bricks", pgettext_lazy("objects", "building bricks")),
            Term("objects.toy_vehicle", pgettext_lazy("objects", "toy car or toy train")),
            Term("objects.ball", pgettext_lazy("objects", "ball")),
            Term("objects.game", pgettext_lazy("objects", "board game or cards")),
            Term("objects.kite", pgettext_lazy("objects", "kite")),
            Term("objects.bicycle", pgettext_lazy("objects", "bicycle, tricycle or scooter")),
            Term("objects.pram", pgettext_lazy("objects", "pram or pushchair")),
            Term("objects.sledge", pgettext_lazy("objects", "sledge, skis or skates")),
            Term("objects.swing", pgettext_lazy("objects", "swing, slide or climbing frame")),
            Term("objects.book", pgettext_lazy("objects", "book, magazine or newspaper")),
            Term("objects.drawing", pgettext_lazy("objects", "drawing or craftwork")),
            Term("objects.school_bag", pgettext_lazy("objects", "school bag or satchel")),
            Term("objects.instrument", pgettext_lazy("objects", "musical instrument")),
            Term("objects.camera", pgettext_lazy("objects", "camera")),
            Term("objects.television", pgettext_lazy("objects", "television")),
            Term("objects.radio", pgettext_lazy("objects", "radio or record player")),
            Term("objects.computer", pgettext_lazy("objects", "computer or game console")),
            Term("objects.cake", pgettext_lazy("objects", "cake")),
            Term("objects.food", pgettext_lazy("objects", "food or drink")),
            Term("objects.presents", pgettext_lazy("objects", "presents")),
            Term("objects.balloons", pgettext_lazy("objects", "balloons")),
            Term("objects.decorations", pgettext_lazy("objects", "festive decorations")),
            Term("objects.flowers", pgettext_lazy("objects", "flowers")),
            Term("objects.stove", pgettext_lazy("objects", "stove or fireplace")),
            Term("objects.car", pgettext_lazy("objects", "car, motorbike or lorry")),
            Term("objects.dog", pgettext_lazy("objects", "dog")),
            Term("objects.cat", pgettext_lazy("objects", "cat")),
            Term("objects.horse", pgettext_lazy("objects", "horse or donkey")),
            Term("objects.farm_animal", pgettext_lazy("objects", "cow, sheep, goat or other farm animal")),
            Term("objects.bird", pgettext_lazy("objects", "bird or poultry")),
            Term("objects.other_animal", pgettext_lazy("objects", "another animal")),
        ),
    ),
)


_TERMS: Final = {term.id: term for group in GROUPS for term in group.terms}


def terms_for_page() -> list[GroupOnPage]:
    """The terms that are offered, by group, in the active language."""
    return [
        GroupOnPage(
            group=group.id,
            label=str(group.label),
            terms=[TermOnPage(id=term.id, label=str(term.label)) for term in group.terms if not term.retired],
        )
        for group in GROUPS
    ]


def is_term(term_id: str) -> bool:
    """Whether this is a term's id. A retired term is one: who corrects an old reading keeps it."""
    return term_id in _TERMS


def label(term_id: str) -> str:
    """A term's label in the active language, a retired one's too. Raises KeyError for what is no term."""
    return str(_TERMS[term_id].label)
