"""On what the agreement of each marked person rests, in words for staff: who said nothing is not who said no."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.models import ConsentRecord, Method
from consent.queries import ConsentState
from contributions.models import ConsentSubject, Grounds, Person
from contributions.queries.cards import OWN_NO
from contributions.queries.use import grounds_case
from contributions.transitions import InvitationState


def grounds_in_words(photo_ids: Collection[UUID]) -> dict[UUID, str]:
    """What staff read of each person marked in these photos, by the person's id.

    As `queries.grounds_of` counts it; of an invited person who is not confirmed, what that person did. A person of whom
    the giver has not said anything yet is absent.
    """
    people = _with_grounds(Person.objects.filter(photo__in=photo_ids)).exclude(basis="").order_by()
    rows = people.values_list("pk", "grounds", "asked", "said")
    return {person: _words(grounds, asked, said) for person, grounds, asked, said in rows}


def marks_on(photo: OuterRef) -> QuerySet[Any]:
    """The people marked on the photo that the outer query is at, in order, each as a `mark` for mark_in_words."""
    people = _with_grounds(Person.objects.filter(photo=photo)).order_by("number")
    mark = JSONObject(
        id="pk",
        x="x",
        y="y",
        words="age_text",
        years="age_years",
        low="age_low",
        high="age_high",
        grounds="grounds",
        asked="asked",
        said="said",
    )
    marked: QuerySet[Any] = people.annotate(mark=mark).values_list("mark")
    return marked


def mark_in_words(mark: Mapping[str, Any]) -> dict[str, Any]:
    """One mark as the workbench has it: id, place as fractions, age as written and in years, and who it is."""
    who = _words(mark["grounds"], mark["asked"], mark["said"]) if mark["grounds"] else ""
    # No range is told where the words allow none.
    low, high = (None, None) if mark["low"] == mark["high"] else (mark["low"], mark["high"])
    told = {name: mark[name] for name in ("x", "y", "words", "years")}
    return {"mark": mark["id"], **told, "low": low, "high": high, "who": who}


def _with_grounds(people: QuerySet[Person]) -> QuerySet[Any]:
    """Each with its `grounds`; of an invited one the invitation's state `asked`, and what was `said` last."""
    newest = ConsentRecord.objects.filter(subject=OuterRef("pk")).order_by("-id")
    answer = Subquery(newest.values(json=JSONObject(state="state", method="method"))[:1])
    subject = ConsentSubject.objects.filter(photo=OuterRef("photo"), participant=OuterRef("invitation__participant"))
    said = Subquery(subject.annotate(said=answer).values("said")[:1])
    return people.annotate(grounds=grounds_case(), asked=F("invitation__state"), said=said)


def _words(grounds: str, asked: str | None, said: Mapping[str, str] | None) -> str:
    if grounds == Grounds.NO_ANSWER and asked is not None:
        return str(_did(asked, said))
    return str(Grounds(grounds).label)


def _did(asked: str, said: Mapping[str, str] | None) -> str | Promise:
    if said is not None and said["method"] != Method.LAPSE:
        if said["state"] in OWN_NO:
            return _("said no or withdrew")
        if said["state"] == ConsentState.REVOKED:
            return ConsentState.REVOKED.label
        if said["state"] != ConsentState.REQUESTED:
            return _("agreed before, and has to agree again")
    return InvitationState(asked).label
