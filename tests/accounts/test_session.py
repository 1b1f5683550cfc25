"""How long a staff session lasts, and that a right taken away is gone on the next request."""

import time

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import User
from tests.cast import Casting, Member

pytestmark = [pytest.mark.django_db(databases=["default"]), pytest.mark.requirement("W9")]


def minutes_ago(member: Member, *, since: float, seen: float) -> int:
    """The start page's status when the session began and was last used that many minutes ago."""
    now = time.time()
    member.change_session(staff={"since": now - since * 60, "seen": now - seen * 60})
    return member.client.get("/staff/").status_code


def test_fourteen_idle_minutes_are_kept(staff: Casting) -> None:
    assert minutes_ago(staff("lead"), since=60, seen=14) == 200


def test_fifteen_idle_minutes_end_the_session(staff: Casting) -> None:
    lead = staff("lead")
    assert minutes_ago(lead, since=60, seen=15) == 302
    assert "_auth_user_id" not in lead.client.session


def test_eight_hours_end_the_session_however_busy(staff: Casting) -> None:
    lead = staff("lead")
    assert minutes_ago(lead, since=8 * 60 - 1, seen=0) == 200
    assert minutes_ago(lead, since=8 * 60, seen=0) == 302


def test_a_request_moves_the_idle_clock(staff: Casting) -> None:
    lead = staff("lead")
    minutes_ago(lead, since=60, seen=10)
    assert time.time() - lead.client.session["staff"]["seen"] < 5


def test_a_request_that_a_page_makes_by_itself_does_not(staff: Casting) -> None:
    lead = staff("lead")
    settings.STAFF_HEARTBEATS.append("accounts:staff_home")
    try:
        minutes_ago(lead, since=60, seen=10)
    finally:
        settings.STAFF_HEARTBEATS.remove("accounts:staff_home")
    assert time.time() - lead.client.session["staff"]["seen"] > 500


def test_a_session_without_clocks_is_over(staff: Casting) -> None:
    lead = staff("lead")
    lead.change_session(staff=None)
    assert lead.client.get("/staff/").status_code == 302


def test_a_role_taken_away_is_gone_on_the_next_request(staff: Casting) -> None:
    administrator = staff("administrator")
    people = reverse("accounts:people")
    assert administrator.client.get(people).status_code == 200
    administrator.user.groups.set(Group.objects.filter(name="annotator"))
    assert administrator.client.get(people).status_code == 403


def test_a_deactivated_person_is_out_on_the_next_request(staff: Casting) -> None:
    lead = staff("lead")
    assert lead.client.get("/staff/").status_code == 200
    User.objects.filter(pk=lead.user.pk).update(is_active=False)
    assert lead.client.get("/staff/").status_code == 302


def test_staff_pages_are_english_whatever_the_browser_prefers(staff: Casting) -> None:
    answer = staff("lead").client.get("/staff/", headers={"accept-language": "nl"})
    assert (answer.headers["Content-Language"], "Uitloggen" in answer.content.decode()) == ("en", False)
