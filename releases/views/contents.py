"""What is in a release, for curators: its papers to read, and its files. No photo."""

import hashlib
import re
from base64 import b64encode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from releases import permissions, queries
from releases.models import Release
from releases.papers.pages import Paper, as_page
from vault import actions as vault

STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)
PLAIN = "text/plain; charset=utf-8"
PAGE = "text/html; charset=utf-8"
TO_READ = {
    "README.md": gettext_lazy("Read me first"),
    "datasheet.html": gettext_lazy("Datasheet"),
    "changes.html": gettext_lazy("What changed since the last one"),
}
# What else a paper may be is text.
NOT_TEXT = {".sig": "application/octet-stream"}
TITLE = "# "
# Where a page of papers.pages begins.
MAIN = b"<main>\n"
# What is in a sandbox has no origin by which a browser could keep it apart: it would complain when it is asked to.
SANDBOX = {"Origin-Agent-Cluster": "?0"}


@require_GET
def release_contents(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """The papers, of which the datasheet says of whom and what the photos are, and every file of the release."""
    permissions.check_can_curate(request.user)
    release = get_object_or_404(queries.releases(), pk=release_id)
    files = queries.files_of(release)
    payload = [file for file in files if not file.is_paper]
    shut = queries.closed_paths(release)
    context = {
        "release": release,
        "badges": queries.badges(release),
        "to_read": [(_paper(file.path), file) for file in files if file.is_paper and _paper(file.path)],
        "for_programs": [(file.path, file) for file in files if file.is_paper and not _paper(file.path)],
        "files": [(file, file.path in shut) for file in payload],
        "closed": len(shut),
    }
    return render(request, "releases/contents.html", context)


def _paper(path: str) -> str | Promise:
    """What a paper for people is called; "" for one that programs read."""
    folder, _slash, name = path.rpartition("/")
    if folder == "notices":
        return _("Notice that people agreed to: %(name)s") % {"name": name.removesuffix(".md")}
    return TO_READ.get(path, "")


@require_GET
def release_paper(request: HttpRequest, release_id: UUID, path: str) -> HttpResponse:
    """One paper of a release: a page with a way back, in a sandbox in which nothing runs; or a file to keep."""
    permissions.check_can_curate(request.user)
    release = get_object_or_404(Release, pk=release_id)
    # Compared here: a database refuses to be asked for some of what an address may hold.
    papers = release.files.filter(is_paper=True).select_related("sealed__key")
    file = next((one for one in papers if one.path == path), None)
    if file is None or file.sealed.dropped_at is not None:
        raise Http404
    page = _page(path, vault.read(file.sealed))
    if page is None:
        return _kept(release, path, vault.read(file.sealed))
    back = render_to_string("releases/_paper_back.html", {"release": release})
    page = page.replace(MAIN, MAIN + back.encode(), 1)
    styles = " ".join(_hash_of(style) for style in STYLE.findall(page)) or "'none'"
    return HttpResponse(page, content_type=PAGE, headers=SANDBOX | {"Content-Security-Policy": _policy(styles)})


def _page(path: str, data: bytes) -> bytes | None:
    """A paper for people as a page, which one in Markdown is made into here; None for what programs read."""
    if path.endswith(".html"):
        return data
    if not path.endswith(".md"):
        return None
    first, _line, rest = data.decode().partition("\n")
    is_titled = first.startswith(TITLE)
    title = first.removeprefix(TITLE) if is_titled else str(_paper(path) or path)
    return as_page(Paper(title, [rest if is_titled else data.decode()]))


def _kept(release: Release, path: str, data: bytes) -> HttpResponse:
    """What programs read, to be kept under a name that says of which release it is."""
    kind = next((kind for end, kind in NOT_TEXT.items() if path.endswith(end)), PLAIN)
    name = f"{release.audience}-{release.number}-{path.rpartition('/')[-1]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": _policy("'none'")}
    return HttpResponse(data, content_type=kind, headers=SANDBOX | headers)


def _policy(styles: str) -> str:
    rest = "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    return f"default-src 'none'; style-src {styles}; {rest}"


def _hash_of(style: bytes) -> str:
    """How a policy allows one style sheet that stands in a page, and no other."""
    return f"'sha256-{b64encode(hashlib.sha256(style).digest()).decode()}'"
