"""The object store fails at some call in some way: no row says that something is stored which is not; all goes on."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from contributions import actions
from contributions.actions.giving import Added
from contributions.models import Photo, Withdrawal
from contributions.tasks import erase_due
from releases import actions as releases
from releases import tasks as building
from releases.models import Audience, Release, Shard
from tests import pictures
from tests.builders import read, upload
from tests.contributions.giver import Giver
from tests.crash.looking import begin_anew, swept, untrue
from tests.crash.stores import FAULTS, Fault, failing
from tests.soak import seconds, write_down

pytestmark = [
    pytest.mark.django_db(databases=["default", "identity"], transaction=True),
    pytest.mark.requirement("R4"),
]
TIMES, NEVER = 100, 1 << 30
# One round in so many goes on to a release, and one in so many to the erasure wherever the store failed.
RELEASED, WHOLE = 10, 5
# How often the shorter story comes to each call.
CALLS = {("save", False): 5, ("open", False): 9, ("delete", False): 5, ("exists", False): 5}


@pytest.fixture(autouse=True)
def _store(settings: Settings) -> None:
    sealed = settings.STORAGES["sealed"]
    store = {**sealed, "BACKEND": "tests.crash.stores.FailingStore"}
    settings.STORAGES = {**settings.STORAGES, "sealed": store}


@dataclass
class Story:
    """One person's photo from its upload to its erasure; whoever was not told that a part is done begins it again."""

    with_release: bool
    giver: Giver = field(default_factory=lambda: Giver(address=f"{uuid4().hex}@example.org").drafts(0))
    key: UUID = field(default_factory=uuid4)
    added: Added | None = None
    release: Release | None = None

    def parts(self) -> Iterator[Callable[[], object]]:
        """What is done one after the other."""
        yield from (self.add, self.rebuild, self.give)
        if self.with_release:
            yield from (self.cut, self.build, self.give_up)
        yield self.erase

    @property
    def photo(self) -> Photo:
        """The photo as it is now."""
        assert self.added is not None
        return Photo.objects.get(pk=self.added.photo.pk)

    def add(self) -> None:
        """Upload it, as the browser does until it is told that the photo is there."""
        self.added = actions.add_photo(
            sending=self.giver.sending,
            upload=upload(pictures.png(70, 40)),
            client_key=self.key,
            number=1,
            client=uuid4().hex,
        )
        self.giver.photos = [self.added.photo]

    def rebuild(self) -> None:
        self.giver.works()
        assert self.photo.state == "ready"

    def give(self) -> None:
        if not self.photo.persons.exists():
            person = actions.add_person(photo=self.photo, x=0.5, y=0.5)
            actions.edit_person(person=person, age_text="7", basis="self", language="en")
        if self.giver.contribution.state == "draft":
            self.giver.sends()
        if self.giver.contribution.state == "sent":
            self.giver.answers("research")
        self.giver.works()

    def cut(self) -> None:
        if not self.photo.crops.exists() and not self.photo.task.readings.exists():
            read(somebody())
        building.cut_now()
        assert self.photo.crops.filter(cut_at__isnull=False).exists()

    def build(self) -> None:
        if self.release is None:
            draft = releases.draft(audience=Audience.OWN, bases=frozenset(), with_nobody=False, staff_id=somebody())
            self.release = releases.freeze(release_id=draft.pk, staff_id=somebody())
        building.build_now(self.release.pk)
        self.release.refresh_from_db()
        assert self.release.state == "built"

    def give_up(self) -> None:
        assert self.release is not None
        self.release.refresh_from_db()
        if self.release.state != "aborted":
            releases.abort(release_id=self.release.pk, by="system", reason="given_up")
        assert not Shard.objects.filter(destroyed_at=None).exists()

    def erase(self) -> None:
        if not Withdrawal.objects.filter(photo=self.photo).exists():
            actions.withdraw(
                participant=self.giver.participant, photos=[self.photo.pk], decision=uuid4(), method="page"
            )
        Withdrawal.objects.filter(photo=self.photo).update(erase_from=timezone.now())
        erase_due()
        assert self.photo.state == "erased"


def somebody() -> UUID:
    return User.objects.enrol(email=f"{uuid4().hex}@example.org", name="Somebody").pk


def told(story: Story, fault: Fault, *, whole: bool) -> None:
    """Tell a story, to its end or to where the store failed; whoever was refused there does it again, and is not."""
    for part in story.parts():
        with failing(fault), suppress(Exception):
            part()
        assert untrue() == [], (fault, part.__name__)
        part()
        if fault.came and not whole:
            return


def calls_of(call: str, *, with_release: bool) -> int:
    """How often a story comes to this call of the store."""
    fault = Fault(call, "refused" if (call, "refused") in FAULTS else "no answer", number=NEVER)
    with failing(fault):
        for part in Story(with_release).parts():
            part()
    return fault.calls


def one_of_each(draw: random.Random, most: Counter[tuple[str, bool]], *, with_release: bool, whole: bool) -> None:
    """A story for each way to fail, at one of the calls that it makes; then the sweep, and a look at everything."""
    for call, how in sorted(FAULTS):
        if not most[call, with_release]:
            most[call, with_release] = calls_of(call, with_release=with_release)
        told(Story(with_release), Fault(call, how, draw.randint(1, most[call, with_release])), whole=whole)
    swept()
    begin_anew()


def test_a_store_that_fails_leaves_no_row_that_is_untrue() -> None:
    one_of_each(random.Random(9), Counter(CALLS), with_release=False, whole=False)  # noqa: S311


@pytest.mark.soak
def test_the_store_fails_in_each_way_again_and_again() -> None:
    """A hundred times in each way where there is time (SECONDS=1500)."""
    draw, most = random.Random(4), Counter[tuple[str, bool]]()  # noqa: S311
    done, until = 0, time.monotonic() + seconds()
    while done < TIMES and (done == 0 or time.monotonic() < until):
        one_of_each(draw, most, with_release=done % RELEASED == 0, whole=done % WHOLE == 0)
        done += 1
    ways = len(FAULTS)
    write_down("object store failing", f"{done} times in each of {ways} ways: no row untrue, nothing lost, fsck clean")
