"""NCMEC's hash sharing, by the public client of the ThreatExchange project.

Entries do not come in order of time: only a span that was read to its end moves the checkpoint on, and one that was
left in the middle is taken up by the server's own address of the next page. Entries of the last minutes of a span are
asked for again, because its clock is not ours; an entry that comes twice changes nothing.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from screening.exchanges.answers import Answer, Checkpoint, ClientMissing, ExchangeFailed, Update
from screening.exchanges.quiet import quiet
from screening.hash_kinds import LENGTHS, Hash, Kind

try:
    from threatexchange.exchanges.clients.ncmec import hash_api
except ImportError:
    hash_api = None  # type: ignore[assignment]

# Pages of a thousand entries: what a worker reads, merges and seals well before its time is up.
PAGES: Final = 100
OVERLAP_SECONDS: Final = 600
_SETTLED_SECONDS: Final = 5
_KINDS: Final[dict[str, Kind]] = {"pdq": "pdq", "md5": "md5", "sha256": "sha256"}


class Ncmec:
    """An Exchange of one of NCMEC's databases.

    Of the settings it reads `environment` (a name that the client knows, such as Industry or NGO), `user` and
    `password`.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        if hash_api is None:
            raise ClientMissing
        user, password = settings["user"], settings["password"]
        if not hash_api.is_valid_user_pass(user, password):
            raise ValueError("the exchange has no user or no password")
        self._client = hash_api.NCMECHashAPI(user, password, hash_api.NCMECEnvironment[settings["environment"]])

    def ask(self, checkpoint: Checkpoint | None) -> Answer:
        """As Exchange."""
        since = int((checkpoint or {}).get("since", 0))
        until, following = int(time.time()) - _SETTLED_SECONDS, ""
        with quiet():
            try:
                if checkpoint and checkpoint.get("next"):
                    return self._read(since, int(checkpoint["until"]), str(checkpoint["next"]))
            except Exception:  # noqa: BLE001, S110 - the server forgets its pages after a while: the span begins anew
                pass
            try:
                return self._read(since, until, following)
            except Exception as error:  # noqa: BLE001 - the client raises whatever it meets, with the answer in it
                raise ExchangeFailed(type(error).__name__) from None

    def _read(self, since: int, until: int, following: str) -> Answer:
        """At most PAGES pages of a span of time (seconds since 1970), from the page `following` on."""
        updates: list[Update] = []
        unread = 0
        pages = self._client.get_entries_iter(
            start_timestamp=max(0, since - OVERLAP_SECONDS), end_timestamp=until, resume_paging_url=following
        )
        for number, page in enumerate(pages, start=1):
            for update, wrong in _read_entries(page.updates):
                updates.append(update)
                unread += wrong
            if page.next and number >= PAGES:
                return Answer(
                    updates, {"since": since, "until": until, "next": page.next}, complete=False, unread=unread
                )
        return Answer(updates, {"since": until}, complete=True, unread=unread)


def _read_entries(entries: list[Any]) -> Iterator[tuple[Update, int]]:
    """Each entry's hashes of pictures, and how many of them are not as their kind asks."""
    for entry in entries:
        if entry.entry_type is not hash_api.NCMECEntryType.image:
            continue
        hashes, wrong = [], 0
        for name, text in ({} if entry.deleted else entry.fingerprints).items():
            kind = _KINDS.get(name.casefold())
            value = _value(kind, text) if kind else None
            if kind and value is not None:
                hashes.append(Hash(kind, value))
            wrong += kind is not None and value is None
        yield Update(f"{entry.member_id}-{entry.id}", tuple(hashes)), wrong


def _value(kind: Kind, text: str) -> bytes | None:
    try:
        value = bytes.fromhex(text.strip())
    except ValueError:
        return None
    return value if len(value) == LENGTHS[kind] else None
