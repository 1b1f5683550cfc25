"""What models saw in a photo, kept as suggestions until the photo leaves. Nothing here says who somebody is."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from django.db import transaction

from annotation.boxes import Seen
from annotation.models import Suggestion, TextSearch
from contributions.models import Photo
from screening import queries as gate
from vault import actions as vault


@transaction.atomic
def keep_faces(*, photo_id: UUID, seen: Sequence[Seen], model: str) -> None:
    """Suggest a mark for each face, in place of what was suggested before; not for a photo that the gate stops."""
    photo = Photo.objects.select_for_update().get(pk=photo_id)
    if gate.is_servable(photo_id):
        suggest(photo=photo, kind=Suggestion.Kind.FACE, seen=seen, model=model)


def suggest(*, photo: Photo, kind: Suggestion.Kind, seen: Sequence[Seen], model: str) -> list[Suggestion]:
    """Let these, in the order of `seen`, be all that is suggested of this kind in a locked photo."""
    photo.suggestions.filter(kind=kind).delete()
    return Suggestion.objects.bulk_create(
        Suggestion(photo=photo, kind=kind, **asdict(one.box), score=one.score, model=model) for one in seen
    )


@transaction.atomic
def forget_suggestions(*, photo_id: UUID) -> None:
    """Leave nothing of what models saw or read in a photo on its way out; idempotent.

    Waits for a worker that is just writing a result down, so that none is written down later.
    """
    photo = Photo.objects.select_for_update().get(pk=photo_id)
    photo.suggestions.all().delete()
    search = TextSearch.objects.select_for_update(of=("self",)).select_related("read").filter(photo=photo).first()
    if search is None:
        return
    read = search.read
    search.delete()
    if read is not None:
        vault.delete(read)
