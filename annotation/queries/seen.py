"""What models saw in one photo."""

from uuid import UUID

from annotation.models import Suggestion, TextSearch


def suggestions(photo_id: UUID) -> dict[str, list[dict[str, float]]]:
    """What models saw, by kind ("face", "text"): the suggestion's id and its box as fractions, from the top down."""
    found: dict[str, list[dict[str, float]]] = {kind: [] for kind in Suggestion.Kind.values}
    rows = Suggestion.objects.filter(photo_id=photo_id).order_by("top", "left", "pk")
    for kind, *values in rows.values_list("kind", "pk", "left", "top", "right", "bottom"):
        found[kind].append(dict(zip(("id", "left", "top", "right", "bottom"), values, strict=True)))
    return found


def text_search(photo_id: UUID) -> TextSearch | None:
    """How the search for text on this photo stands; None when nobody looks."""
    return TextSearch.objects.filter(pk=photo_id).first()
