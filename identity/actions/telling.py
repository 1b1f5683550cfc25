"""What became of the photos, mailed once to each person who asked for it, until they stop or it is taken down."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from identity.actions.keeping import set_updates
from identity.actions.links import LinkExpired, fresh_link
from identity.actions.mailing import wake
from identity.models import Identity, Link, Mail
from identity.queries import hearing
from identity.sealing import seal_context


@transaction.atomic(using="identity")
def write_updates(
    *, update: UUID, approved_at: datetime, contexts: Mapping[str, Mapping[str, object]], limit: int
) -> int:
    """Write an update's mail to those who asked for updates before `approved_at` and have none yet, `limit` at a time.

    Gives how many were written; 0 says that all are. To be called again until then, also after a process was killed.
    `contexts` holds by language what templates/mail/update.* read: title, text (Markdown) and html (the same, clean),
    written_in (their language) and page (where it stands on the site). Whose language is not among them reads English.

    The rows are locked while their mails are written: whoever stops meanwhile waits, and then drops what is on its way.
    """
    told = Mail.objects.filter(kind=Mail.Kind.UPDATE, decision=update, identity=OuterRef("pk"))
    to_tell = hearing(since_before=approved_at).filter(~Exists(told)).order_by("pk")
    people = list(to_tell.select_for_update(of=("self",))[:limit])
    if people:
        doors = [_door(identity) for identity in people]
        Link.objects.bulk_create([link for link, _token in doors])
        Mail.objects.bulk_create(
            _mail(update, identity, contexts, token) for identity, (_link, token) in zip(people, doors, strict=True)
        )
        transaction.on_commit(wake, using="identity")
    return len(people)


@transaction.atomic(using="identity")
def drop_updates(*, update: UUID) -> None:
    """Delete the mails of an update that were not sent, because it was taken down."""
    Mail.objects.filter(kind=Mail.Kind.UPDATE, decision=update, sent_at__isnull=True).delete()


@transaction.atomic(using="identity")
def stop_updates(*, link: UUID) -> None:
    """Send no more updates to whoever got this link. The link keeps its power: it may be used again, to no effect.

    Raises LinkExpired.
    """
    found = Link.objects.filter(pk=link, action=Link.Action.UPDATES, expires_at__gt=timezone.now()).first()
    if found is None:
        raise LinkExpired
    set_updates(participant=found.identity_id, on=False)


def _door(identity: Identity) -> tuple[Link, str]:
    """The link that stops updates, unsaved, and its token. It opens nothing, so the log does not tell of it."""
    return fresh_link(
        identity=identity,
        action=Link.Action.UPDATES,
        subject=identity.participant,
        expires_at=timezone.now() + timedelta(days=settings.UNSUBSCRIBE_DAYS),
    )


def _mail(update: UUID, identity: Identity, contexts: Mapping[str, Mapping[str, object]], token: str) -> Mail:
    context = contexts.get(identity.language) or contexts[settings.LANGUAGE_CODE]
    return Mail(
        identity=identity,
        kind=Mail.Kind.UPDATE,
        language=identity.language,
        context=seal_context({**context, "token": token}),
        decision=update,
        ready_at=timezone.now(),
    )
