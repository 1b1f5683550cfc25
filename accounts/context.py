"""What every staff page shows: who is signed in, and where the person's roles lead."""

from typing import Any

from django.http import HttpRequest

from accounts import factors, queries
from accounts.models import User


def staff(request: HttpRequest) -> dict[str, Any]:
    """`staff_person` and `staff_nav` (label, url, current) under /staff/, for a person who showed a second factor."""
    person = getattr(request, "user", None)
    if not request.path_info.startswith("/staff/") or not isinstance(person, User):
        return {}
    if not factors.used_in_session(request):
        return {"staff_person": person, "staff_nav": []}
    pages = list(queries.pages_of(person))
    here = max((page.url for page in pages if request.path.startswith(page.url)), key=len, default=None)
    nav = [{"label": page.label, "url": page.url, "current": page.url == here} for page in pages]
    return {"staff_person": person, "staff_nav": nav}
