"""What is in a release, for curators: its papers to read, and its files. No photo."""

import hashlib
import re
from base64 import b64encode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from releases import permissions, queries
from releases.models import Release
from releases.transitions import ReleaseState
from vault import actions as vault

STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)
PLAIN = "text/plain; charset=utf-8"
PAGE = "text/html; charset=utf-8"
TO_READ = {
    "README.md": gettext_lazy("Read me first"),
    "datasheet.html": gettext_lazy("Datasheet"),
    "changes.html": gettext_lazy("What changed since the last one"),
}
# What else a paper may be is shown as text.
NOT_TEXT = {".sig": "application/octet-stream"}


@require_GET
def release_contents(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """The papers, of which the datasheet says of whom and what the photos are, and every file of the release."""
    permissions.check_can_curate(request.user)
    release = get_object_or_404(queries.releases(), pk=release_id)
    files = queries.files_of(release)
    payload = [file for file in files if not file.is_paper]
    shut = _shut(release, payload)
    context = {
        "release": release,
        "to_read": [(_paper(file.path), file) for file in files if file.is_paper and _paper(file.path)],
        "for_programs": [(file.path, file) for file in files if file.is_paper and not _paper(file.path)],
        "files": [(file, file.path in shut) for file in payload],
        "closed": len(shut),
    }
    return render(request, "releases/contents.html", context)


def _shut(release: Release, payload: list[queries.File]) -> set[str]:
    """The paths of what nobody may fetch: of a release that is handed out, just what its recipients are told."""
    if release.state == ReleaseState.PUBLISHED:
        return {offer.file.path for offer in queries.offers(release) if offer.closed and not offer.file.is_paper}
    return {file.path for file in payload if file.sealed_id is None}


def _paper(path: str) -> str | Promise:
    """What a paper for people is called; "" for one that programs read."""
    folder, _slash, name = path.rpartition("/")
    if folder == "notices":
        return _("Notice that people agreed to: %(name)s") % {"name": name.removesuffix(".md")}
    return TO_READ.get(path, "")


@require_GET
def release_paper(request: HttpRequest, release_id: UUID, path: str) -> HttpResponse:
    """One paper of a release as it stands in it, in a sandbox: it is read here and nothing in it runs."""
    permissions.check_can_curate(request.user)
    release = get_object_or_404(Release, pk=release_id)
    # Compared here: a database refuses to be asked for some of what an address may hold.
    papers = release.files.filter(is_paper=True).select_related("sealed__key")
    file = next((one for one in papers if one.path == path), None)
    if file is None or file.sealed.dropped_at is not None:
        raise Http404
    data = vault.read(file.sealed)
    kind = PAGE if path.endswith(".html") else next((k for end, k in NOT_TEXT.items() if path.endswith(end)), PLAIN)
    styles = [_hash_of(style) for style in STYLE.findall(data)] if kind == PAGE else []
    allowed = " ".join(styles) or "'none'"
    policy = f"default-src 'none'; style-src {allowed}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    return HttpResponse(
        data,
        content_type=kind,
        headers={"Content-Security-Policy": f"{policy}; sandbox"},
    )


def _hash_of(style: bytes) -> str:
    """How a policy allows one style sheet that stands in a page, and no other."""
    return f"'sha256-{b64encode(hashlib.sha256(style).digest()).decode()}'"
