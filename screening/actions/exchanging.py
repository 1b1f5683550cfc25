"""What list servers have changed, taken over into the lists that they fill.

With numpy: imported by workers and commands, never by pages.
"""

from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from screening.actions.listing import Gathered, change, opened, resealed, reserved
from screening.exchanges.answers import Answer, Checkpoint, Exchange
from screening.exchanges.entries import Entries
from screening.models import KnownList


def exchange(*, name: str) -> Answer:
    """Ask the server of settings.LIST_EXCHANGES[name] what has changed, and take it over; its answer.

    The list has the exchange's name. Raises KeyError for an exchange that is not configured, ClientMissing,
    ExchangeFailed and ListOfAnother; then list and checkpoint are as they were.
    """
    configured = settings.LIST_EXCHANGES[name]
    server: Exchange = import_string(configured["client"])(configured)
    checkpoint = KnownList.objects.filter(pk=name).values_list("checkpoint", flat=True).first()
    answer = server.ask(checkpoint)
    _take_over(name, checkpoint, answer, configured.get("material", ""))
    return answer


@transaction.atomic
def _take_over(name: str, asked: Checkpoint | None, answer: Answer, material: str) -> None:
    known = reserved(name, name)
    if known.checkpoint != asked:
        return  # another worker asked meanwhile; what it was told is the same and more
    now = timezone.now()
    entries = Entries(answer.updates, partial(opened, known.entries))
    added, taken = Gathered.of(entries.brought()), Gathered.of(entries.left())
    if entries.changed:
        known.entries = resealed(known, known.entries, entries.kept())
    if len(added) or len(taken) or not known.version:
        change(known, added=added, taken=taken, by="system", at=now)
    known.checkpoint = answer.checkpoint
    known.material = material or known.material
    known.checked_at = now if answer.complete else known.checked_at
    known.save()
