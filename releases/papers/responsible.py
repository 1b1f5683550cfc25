"""What Croissant's extension for responsible use asks: how data was collected, annotated, is limited, and kept."""

from typing import Any

from django.conf import settings

from releases.papers.cells import told as in_words
from releases.papers.described import Described
from releases.papers.terms import FORBIDDEN, PURPOSE


def responsible(told: Described, terms: dict[str, Any]) -> dict[str, Any]:
    """The fields, each under its name; two stand twice, as the specification spells them and as mlcroissant does."""
    found = told.collected
    timeframe = [day.isoformat() for day in (found.first, found.last) if day]
    manipulation = (
        "Rebuilt from pixels, cut to the corners of the picture and laid straight, names painted over, saved as JPEG."
    )
    values: dict[str, Any] = {
        "dataCollection": "Adults uploaded photographs of themselves as children and marked everybody in them.",
        "dataCollectionType": ["Direct measurement", "Others: given by the people shown"],
        "dataCollectionMissingData": "Decades, boxes and words for scenes can be missing; empty says not known.",
        "dataCollectionRawData": "The rebuilt photos before cutting; sealed, never released.",
        "dataCollectionTimeframe": timeframe,
        "dataCollectionTimeFrame": timeframe,
        "dataImputationProtocol": "Nothing is imputed.",
        "dataManipulationProtocol": manipulation,
        "dataDataManipulationProtocol": manipulation,
        "dataPreprocessingProtocol": ["Ages as written are turned into years and a range by fixed rules."],
        "dataAnnotationProtocol": [_PROTOCOL],
        "dataAnnotationPlatform": [f"The site of the campaign, {settings.SITE_URL}"],
        "dataAnnotationAnalysis": [_agreement(told)],
        "annotationsPerItem": "One reading; two and an adjudication where a second person was asked and differed.",
        "annotatorDemographics": [f"Members of staff: {in_words(found.readers)}. Nothing else is recorded of them."],
        "machineAnnotationTools": ["A face detector and a finder of text suggest places; people confirm each."],
        "dataReleaseMaintenancePlan": (
            f"Releases lack what was withdrawn before them. {settings.SITE_URL}/withdrawals.json names what holders "
            f"delete within {settings.REFRESH_DAYS} days. Superseded releases keep their manifest and papers."
        ),
        "personalSensitiveInformation": [
            "Faces of people as children, their ages, and everyday scenes; no name, place, sex, origin or health."
        ],
        "dataSocialImpact": "Made so that children are protected without taking pictures of anybody unasked.",
        "dataBiases": [
            "People chose to give, and chose what; who they are in terms of origin, sex or health is not recorded."
        ],
        "dataLimitations": [
            "Ages and decades are often memories.",
            *(f"Forbidden: to {one}." for one in FORBIDDEN.values()),
        ],
        "dataUseCases": [PURPOSE, *terms["sentences"]],
    }
    return {f"rai:{name}": value for name, value in values.items() if value}


def _agreement(told: Described) -> str:
    found = told.collected
    if not found.twice:
        return "No photo of this release was read by a second person."
    return f"A second person read {in_words(found.twice)} of the photos; datasheet.md has the figures."


_PROTOCOL = (
    "Staff confirm people, ages, corners and words of a controlled vocabulary; some photos are read by a second person "
    "who does not see the first answer, and an adjudicator settles what differs."
)
