"""Many givers for what only counts them: one of the real actions, and copies of the rows that counting reads."""

from typing import Any
from uuid import UUID, uuid4

from django.db.models import Model

from consent.models import ConsentRecord
from contributions.models import ConsentSubject, Contribution, Person, Photo
from tests.builders import Given


def copied(made: Given, times: int) -> None:
    """As many more givers, each with one photo like this sending's, its people and its consent by the giver's word.

    The copies share the photo's sealed objects: they can be counted, and not withdrawn.
    """
    (photo,) = Photo.objects.filter(contribution=made.sending)
    (subject,) = ConsentSubject.objects.filter(photo=photo)
    for _ in range(times):
        giver = uuid4()
        sending = _again(Contribution.objects.get(pk=made.sending.pk), participant=giver)
        own = _again(Photo.objects.get(pk=photo.pk), contribution_id=sending, client_key=uuid4())
        for person in Person.objects.filter(photo=photo):
            _again(person, photo_id=own)
        asked = _again(ConsentSubject.objects.get(pk=subject.pk), participant=giver, photo_id=own)
        records = list(ConsentRecord.objects.filter(subject=subject.pk).order_by("pk"))
        for record in records:
            record.pk, record.record_id, record.subject = None, uuid4(), asked
        ConsentRecord.objects.bulk_create(records)


def _again(row: Model, **own: Any) -> UUID:
    """Write the row once more, with these values of its own, under another id."""
    row.pk = own_id = uuid4()
    row._state.adding = True
    for name, value in own.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return own_id
