"""The life of a release: two people, one log position, and nothing in it that anybody took back."""

import io
import json
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from threading import Barrier
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.db import connections
from django.db.models import Q
from django.utils import timezone
from PIL import Image

from annotation.actions import PersonRead, Said, take_next
from audit.models import Event
from contributions.actions import lapse_unanswered
from contributions.models import Basis, Grounds, Photo
from contributions.queries import WHOLE
from releases import actions, build, tasks
from releases.actions import ReleaseNotPossible
from releases.eligibility import Rules, decide, funnel
from releases.models import Audience, Item, PublicId, Release
from releases.queries import is_downloadable
from releases.transitions import ReleaseState, TransitionNotAllowed
from tests import pictures
from tests.builders import Given, given, read
from tests.cast import Casting
from tests.releases.answering import answered
from vault import actions as vault
from vault.models import SealedObject

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identity"])
OWN = Rules(Audience.OWN, frozenset({Basis.SELF}), with_nobody=False)


class Curators:
    """Two curators and an annotator, and what they do."""

    def __init__(self, staff: Casting) -> None:
        self.first, self.second = staff("curator").user.pk, staff("curator").user.pk
        self.annotator: UUID = staff("annotator").user.pk

    def drafted(self, **rules: object) -> Release:
        values = {"audience": Audience.OWN, "bases": frozenset(), "with_nobody": False, **rules}
        return actions.draft(staff_id=self.first, **values)  # type: ignore[arg-type]

    def built(self, **rules: object) -> Release:
        release = actions.freeze(release_id=self.drafted(**rules).pk, staff_id=self.first)
        tasks.build_now(release.pk)
        release.refresh_from_db()
        return release

    def published(self) -> Release:
        return actions.publish(release_id=self.built().pk, staff_id=self.second)


@pytest.fixture
def curators(staff: Casting) -> Curators:
    return Curators(staff)


@pytest.fixture
def two(curators: Curators) -> Given:
    """Two photos of one sending, both read, the first with a border cut off."""
    made = given(pictures.png(320, 240), pictures.png(322, 240)).agree()
    for corners in ((0.25, 0, 1, 0, 1, 1, 0.25, 1), WHOLE):
        read(curators.annotator, corners=corners)
    return made


def unpacked(release: Release, curators: Curators) -> dict[str, bytes]:
    _release, data = actions.download(release_id=release.pk, staff_id=curators.first)
    with tarfile.open(fileobj=io.BytesIO(b"".join(data))) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]


def archive_of(release: Release) -> bytes:
    assert release.archive is not None
    return b"".join(vault.open_object(release.archive))


def test_a_release_holds_the_cropped_photos_with_ages_as_coco(two: Given, curators: Curators) -> None:
    files = unpacked(curators.published(), curators)
    coco = json.loads(files["annotations.json"])
    sizes = sorted(Image.open(io.BytesIO(files[image["file_name"]])).size for image in coco["images"])
    assert sizes == sorted({(240, 240), (322, 240)}) or sizes == sorted({(320, 240), (242, 240)})
    assert {row["attributes"]["age_years"] for row in coco["annotations"]} <= {7.0}


@pytest.mark.requirement("D1")
def test_the_manifest_is_signed_and_names_every_file(two: Given, curators: Curators) -> None:
    release = curators.published()
    files = unpacked(release, curators)
    key = load_pem_public_key(files["public-key.pem"])
    assert isinstance(key, Ed25519PublicKey)
    key.verify(files["manifest.sig"], files["manifest.json"])
    manifest = json.loads(files["manifest.json"])
    assert manifest["log_index"] == release.log_index
    assert all(sha256(files[name]).hexdigest() == digest for name, digest in manifest["files"].items())
    assert {item["id"] for item in manifest["items"]} == {str(p) for p in PublicId.objects.values_list("pk", flat=True)}


@pytest.mark.requirement("F5")
def test_nothing_that_a_file_carried_beside_its_pixels_is_released(curators: Curators) -> None:
    received = pictures.phone_jpeg(640, 480, name="cat")
    assert pictures.CANARY.encode() in received
    given(received).agree()
    read(curators.annotator)
    release = curators.published()
    assert pictures.CANARY.encode() not in archive_of(release)
    (photo,) = [data for name, data in unpacked(release, curators).items() if name.endswith(".jpg")]
    with Image.open(io.BytesIO(photo)) as shown:
        assert shown.size == (640, 480)
        assert not shown.getexif()
        assert shown.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "icc_profile"}


@pytest.mark.requirement("D1")
def test_a_rebuild_gives_the_same_bytes(two: Given, curators: Curators) -> None:
    release = curators.built()
    first = archive_of(release)
    Release.objects.filter(pk=release.pk).update(state=ReleaseState.FROZEN)
    tasks.build_now(release.pk)
    release.refresh_from_db()
    assert archive_of(release) == first


@pytest.mark.requirement("D4")
def test_public_ids_are_kept_and_the_next_release_lacks_the_withdrawn_photo(two: Given, curators: Curators) -> None:
    first = curators.published()
    kept = PublicId.objects.get(photo=two.photos[1]).pk
    two.withdraw(two.photos[0])
    second = curators.published()
    assert [item.public_id_id for item in second.items.all()] == [kept]
    first.refresh_from_db()
    assert first.state == ReleaseState.SUPERSEDED
    assert not PublicId.objects.filter(Q(pk=two.photos[0].pk) | Q(pk=two.photos[1].pk)).exists()


@pytest.mark.requirement("D10")
def test_who_froze_does_not_publish(two: Given, curators: Curators) -> None:
    release = curators.built()
    with pytest.raises(ReleaseNotPossible, match="same_person"):
        actions.publish(release_id=release.pk, staff_id=curators.first)


@pytest.mark.requirement("D2")
def test_a_withdrawal_between_freezing_and_building_leaves_the_photo_out_or_stops(
    two: Given, curators: Curators
) -> None:
    release = actions.freeze(release_id=curators.drafted().pk, staff_id=curators.first)
    two.withdraw(two.photos[0])
    tasks.build_now(release.pk)
    release.refresh_from_db()
    inside = set(release.items.filter(dropped_at__isnull=True).values_list("public_id__photo", flat=True))
    assert release.state in {ReleaseState.BUILT, ReleaseState.ABORTED}
    assert two.photos[0].pk not in inside


@pytest.mark.requirement("D2")
def test_a_withdrawal_while_the_archive_is_written_refuses_the_archive(
    two: Given, curators: Curators, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = actions.freeze(release_id=curators.drafted().pk, staff_id=curators.first)
    whole = build.archive

    def interrupted(release: Release, built: build.Built) -> Iterator[bytes]:
        yield from whole(release, built)
        monkeypatch.setattr(build, "archive", whole)
        two.withdraw(two.photos[0])

    monkeypatch.setattr(build, "archive", interrupted)
    assert not tasks.build_now(release.pk)
    assert tasks.build_now(release.pk)
    release.refresh_from_db()
    assert str(PublicId.objects.get(photo=two.photos[0]).pk) not in release.manifest


@pytest.mark.requirement("D2")
def test_a_release_with_a_photo_withdrawn_after_building_is_given_up(two: Given, curators: Curators) -> None:
    release = curators.built()
    two.withdraw(two.photos[0])
    release.refresh_from_db()
    assert release.state == ReleaseState.ABORTED
    with pytest.raises(TransitionNotAllowed):
        actions.publish(release_id=release.pk, staff_id=curators.second)


@pytest.mark.requirement("D8")
def test_a_published_archive_closes_and_is_destroyed_with_the_first_withdrawal(two: Given, curators: Curators) -> None:
    release = curators.published()
    assert is_downloadable(release)
    archive = release.archive_id
    assert archive is not None
    two.withdraw(two.photos[0])
    release.refresh_from_db()
    assert not is_downloadable(release)
    assert release.archive is None
    assert SealedObject.objects.get(pk=archive).dropped_at is not None
    assert release.manifest
    with pytest.raises(ReleaseNotPossible, match="not_downloadable"):
        actions.download(release_id=release.pk, staff_id=curators.first)


@pytest.mark.requirement("D8")
def test_downloads_stop_at_once_before_any_worker_comes(two: Given, curators: Curators) -> None:
    release = curators.published()
    two.work = lambda: two  # type: ignore[method-assign]
    two.withdraw(two.photos[0])
    assert not is_downloadable(release)


def test_every_download_is_in_the_log_before_the_first_byte(two: Given, curators: Curators) -> None:
    release = curators.published()
    actions.download(release_id=release.pk, staff_id=curators.second)
    assert Event.objects.get(action="release:downloaded").actor == f"staff:{curators.second}"


def test_a_build_that_killed_its_worker_three_times_is_parked(two: Given, curators: Curators) -> None:
    release = actions.freeze(release_id=curators.drafted().pk, staff_id=curators.first)
    for _ in range(3):
        assert actions.begin_build(release_id=release.pk)
    assert actions.begin_build(release_id=release.pk) is None
    release.refresh_from_db()
    assert release.parked_at is not None
    assert release.archive_key is None


def test_nothing_eligible_freezes_nothing(curators: Curators) -> None:
    with pytest.raises(ReleaseNotPossible, match="empty"):
        actions.freeze(release_id=curators.drafted().pk, staff_id=curators.first)
    assert not Item.objects.exists()


def test_one_release_of_an_audience_is_made_at_a_time(curators: Curators) -> None:
    curators.drafted()
    with pytest.raises(ReleaseNotPossible, match="another_open"):
        curators.drafted()


def test_two_curators_who_draft_at_once_make_one_release(curators: Curators) -> None:
    start = Barrier(4)

    def draft() -> str:
        try:
            start.wait()
            curators.drafted()
        except ReleaseNotPossible as refusal:
            return refusal.code
        else:
            return "drafted"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(task.result() for task in [pool.submit(draft) for _ in range(4)])
    assert answers == ["another_open"] * 3 + ["drafted"]


class TestEligibility:
    """For every photo a reason says why it is in or out."""

    def reason(self, made: Given, rules: Rules = OWN) -> str:
        (reason,) = [row.reason for row in decide(rules) if row.photo_id == made.photos[0].pk]
        return reason

    @pytest.mark.requirement("D3")
    def test_it_says_why(self, curators: Curators) -> None:
        made = given()
        assert self.reason(made) == "consent"
        made.agree()
        assert self.reason(made) == "unread"
        read(curators.annotator, exclusion="quality")
        assert self.reason(made) == "excluded"
        assert funnel(OWN) == {"excluded": 1}

    def test_sharing_is_needed_for_partners(self, curators: Curators) -> None:
        partners = Rules(Audience.PARTNERS, frozenset({Basis.SELF}), with_nobody=False)
        without, shared = given().agree(), given(pictures.png(300, 200)).agree("sharing")
        for _ in range(2):
            read(curators.annotator)
        assert (self.reason(without, partners), self.reason(shared, partners)) == ("scope", "")

    @pytest.mark.parametrize(
        ("basis", "others", "accepted", "reason"),
        [
            (Basis.SELF, [], {Basis.SELF}, ""),
            (Basis.SELF, [Basis.AFFIRMED], {Basis.SELF}, "basis"),
            (Basis.SELF, [Basis.AFFIRMED], {Basis.SELF, Basis.AFFIRMED}, ""),
            (Basis.AFFIRMED, [], {Basis.SELF, Basis.AFFIRMED}, "without_self"),
            (Basis.SELF, [Basis.UNDER_18], {Basis.SELF, Basis.AFFIRMED}, "basis"),
        ],
    )
    def test_everybody_shown_stands_on_an_accepted_basis(
        self, curators: Curators, basis: Basis, others: list[Basis], accepted: set[Basis], reason: str
    ) -> None:
        made = given(basis=basis, others=others).agree()
        read(curators.annotator)
        assert self.reason(made, Rules(Audience.OWN, frozenset(accepted), with_nobody=False)) == reason

    @pytest.mark.requirement("C5")
    @pytest.mark.parametrize("marked", [0, 1], ids=["nobody_marked", "one_marked"])
    def test_who_is_counted_and_carries_no_mark_was_asked_by_nobody(self, curators: Curators, marked: int) -> None:
        made = given().agree()
        answered(
            curators.annotator,
            lambda marks: Said(people=[PersonRead(mark, 0.5, 0.5, Decimal(7)) for mark in marks[:marked]], count=2),
        )
        for with_nobody in (False, True):
            assert self.reason(made, Rules(Audience.OWN, frozenset({Basis.SELF}), with_nobody)) == "unasked"

    @pytest.mark.requirement("C5")
    def test_a_photo_without_its_giver_is_in_when_everybody_shown_agreed_by_an_own_link(
        self, curators: Curators
    ) -> None:
        made = given(basis=Basis.INVITED, others=[Basis.INVITED]).agree()
        for invitation in made.photos[0].invitations.all():
            assert self.reason(made, OWN) == "consent"
            made.reply(invitation, "research")
        read(curators.annotator)
        both = frozenset({Grounds.SELF, Grounds.CONFIRMED})
        assert self.reason(made, Rules(Audience.OWN, both, with_nobody=False)) == ""
        assert self.reason(made, OWN) == "basis"

    @pytest.mark.requirement("C5")
    @pytest.mark.parametrize("basis", [Basis.SELF, Basis.INVITED], ids=["giver", "invited"])
    def test_somebody_who_did_not_answer_has_grounds_of_their_own(self, curators: Curators, basis: Basis) -> None:
        made = given(basis=basis, others=[Basis.INVITED]).agree()
        silent = made.photos[0].invitations.order_by("-person__number")[0]
        for invitation in made.photos[0].invitations.exclude(pk=silent.pk):
            made.reply(invitation, "research")
        made.photos[0].invitations.filter(pk=silent.pk).update(asked_at=timezone.now() - timedelta(days=14))
        lapse_unanswered()
        made.work()
        read(curators.annotator)
        asked = frozenset({Grounds.SELF, Grounds.CONFIRMED, Grounds.AFFIRMED})
        expected = "basis" if basis == Basis.SELF else "without_self"
        assert self.reason(made, Rules(Audience.OWN, asked, with_nobody=False)) == expected

    @pytest.mark.requirement("C5")
    def test_nobody_reads_a_photo_that_waits_for_an_invited_person(self, curators: Curators) -> None:
        made = given(others=[Basis.INVITED]).agree()
        assert take_next(staff_id=curators.annotator) is None
        made.reply(made.photos[0].invitations.get(), "research")
        task = take_next(staff_id=curators.annotator)
        assert task is not None
        assert task.photo_id == made.photos[0].pk

    @pytest.mark.requirement("C5")
    def test_the_annotations_name_the_grounds_of_everybody_shown(self, curators: Curators) -> None:
        made = given(others=[Basis.INVITED]).agree()
        made.reply(made.photos[0].invitations.get(), "research")
        read(curators.annotator)
        release = curators.built(bases=frozenset({Grounds.CONFIRMED}))
        actions.publish(release_id=release.pk, staff_id=curators.second)
        found = json.loads(unpacked(release, curators)["annotations.json"])["annotations"]
        assert sorted(one["attributes"]["basis"] for one in found) == ["confirmed", "self"]

    def test_only_ready_photos_are_asked_about(self) -> None:
        given().withdraw()
        assert {row.photo_id for row in decide(OWN)} == set(
            Photo.objects.filter(state="ready").values_list("pk", flat=True)
        )


class TestPages:
    """The curator's pages."""

    def test_freeze_build_publish_and_download_in_the_browser(self, two: Given, staff: Casting) -> None:
        first, second = staff("curator").client, staff("curator").client
        page = first.post("/staff/releases/draft/", {"audience": "own"}, follow=True)
        url = page.redirect_chain[-1][0]
        first.post(f"{url}freeze/")
        tasks.sweep()
        assert "Waiting for a second curator" in first.get(url).content.decode()
        second.post(f"{url}publish/")
        archive = second.post(f"{url}download/")
        assert b"".join(archive)[257:262] == b"ustar"

    @pytest.mark.requirement("D10")
    def test_without_a_fresh_second_factor_nothing_moves(self, two: Given, staff: Casting) -> None:
        curator = staff("curator")
        url = curator.client.post("/staff/releases/draft/", {"audience": "own"}, follow=True).redirect_chain[-1][0]
        curator.change_session(account_authentication_methods=[{"method": "mfa", "at": 1.0, "type": "totp"}])
        answer = curator.client.post(f"{url}freeze/")
        assert answer.status_code == 302
        assert Release.objects.get().state == ReleaseState.DRAFT

    def test_the_page_says_what_keeps_photos_out(self, two: Given, staff: Casting) -> None:
        given(pictures.png(200, 100))
        client = staff("curator").client
        url = client.post("/staff/releases/draft/", {"audience": "own"}, follow=True).redirect_chain[-1][0]
        assert "consent is not in force" in client.get(url).content.decode()
