"""A photo is looked up in each list once, by all of its hashes together."""

from typing import Any

import pytest

from screening.actions import matching
from screening.actions.listing import import_hashes
from screening.hash_kinds import Hash
from screening.matching.flat import FlatIndex
from screening.models import Finding
from tests.builders import given
from tests.screening.hashes import apart, hash_photo, random_turns, seeded

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])


@pytest.mark.requirement("S4")
def test_all_sixteen_hashes_of_a_photo_are_one_look_up_in_each_list(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = seeded(4)
    (photo,) = given().photos
    turns = {form: random_turns(chance) for form in ("whole", "framed")}
    for form, hashes in turns.items():
        hash_photo(photo.pk, hashes, form=form)
    # A list of one hash, and one that holds many: both near the last hash of the last form, and far from all others.
    for name, more in (("national", 0), ("ncmec", 300)):
        values = [apart(turns["framed"][7], 20, chance), *(chance.randbytes(32) for _ in range(more))]
        import_hashes(name=name, hashes=[Hash("pdq", value) for value in values], by="system")
    asked: list[tuple[str, set[bytes]]] = []
    search = FlatIndex.search

    def counted(index: FlatIndex, queries: Any, *rest: int) -> Any:
        asked.append((index.name, {row.tobytes() for row in queries}))
        return search(index, queries, *rest)

    monkeypatch.setattr(FlatIndex, "search", counted)
    matching.match_again(photo_id=photo.pk)
    every = {*turns["whole"], *turns["framed"]}
    assert len(every) == 16
    assert sorted(asked, key=lambda one: one[0]) == [("national", every), ("ncmec", every)]
    found = Finding.objects.get(photo=photo, step="match_known").facts["matches"]
    assert [(match["list"], match["form"], match["turn"], match["distance"]) for match in found] == [
        ("national", "framed", 7, 20),
        ("ncmec", "framed", 7, 20),
    ]
