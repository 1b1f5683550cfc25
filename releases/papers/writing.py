"""All papers of a release: what says something of the release and no photo by itself."""

import json
from collections.abc import Iterator, Sequence

from annotation.queries import vocabulary_in_every_language
from releases.models import Release
from releases.papers import bag, paths
from releases.papers.changes import change_list
from releases.papers.consents import Consents
from releases.papers.croissant import croissant
from releases.papers.datasheet import datasheet
from releases.papers.described import Described, Digest, Listed, described
from releases.papers.manifest import manifest
from releases.papers.pages import as_markdown, as_page
from releases.papers.readme import readme
from releases.papers.terms import terms
from vault import actions as vault
from vault import queries as keys


def papers(release: Release, files: Sequence[Listed]) -> Iterator[tuple[str, bytes]]:
    """The path and bytes of each paper: the manifest first, then the rest, SHA256SUMS last.

    `files` are the shards and tables as they were written. The same items, consents and files give the same bytes.
    """
    told = described(release, files)
    signed = dict(_signed(told))
    text = manifest(told, [*files, *(Digest.of(path, data) for path, data in signed.items())])
    written = {paths.MANIFEST: text, paths.SIGNATURE: vault.sign(text), **signed}
    written |= {paths.BAGIT: bag.declaration(), paths.BAG_INFO: bag.info(told)}
    written[paths.PAYLOAD] = bag.sums(file for file in files if file.path.startswith(paths.PAYLOAD_FOLDER))
    written[paths.TAGS] = bag.sums([Digest.of(path, data) for path, data in written.items()])
    every = [*files, *(Digest.of(path, data) for path, data in written.items())]
    written[paths.SUMS] = bag.sums(every)
    yield from written.items()


def _signed(told: Described) -> Iterator[tuple[str, bytes]]:
    """The papers that the manifest, and so its signature, covers."""
    use = terms(told)
    sheet, changes = datasheet(told, use), change_list(told)
    yield paths.README, as_markdown(readme(told, use))
    yield paths.DATASHEET, as_markdown(sheet)
    yield paths.DATASHEET_PAGE, as_page(sheet)
    yield paths.CHANGES, as_markdown(changes)
    yield paths.CHANGES_PAGE, as_page(changes)
    yield paths.CROISSANT, _pretty(croissant(told, use))
    yield paths.TERMS, _pretty(use)
    yield paths.VOCABULARY, _pretty(vocabulary_in_every_language())
    yield from _notices(told.consents)
    yield paths.PUBLIC_KEY, keys.verify_key_pem().encode()
    yield paths.PROGRAM, paths.PROGRAM_SOURCE.read_bytes()


def _notices(consents: Consents) -> Iterator[tuple[str, bytes]]:
    """The texts as people read them who agreed, word for word."""
    for notice, _count in consents.notices:
        yield paths.notice(notice.version, notice.language), f"# {notice.title}\n\n{notice.text}".encode()


def _pretty(value: object) -> bytes:
    """JSON to be read: indented, keys sorted."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
