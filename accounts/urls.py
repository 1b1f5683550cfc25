"""Addresses of the staff's start page, invitations, the administrator's pages and the demonstration."""

from django.urls import path

from accounts.views import entry, people, sign_ins

app_name = "accounts"
urlpatterns = [
    path("demo/", entry.demo_page, name="demo"),
    path("staff/", entry.staff_home, name="staff_home"),
    path("staff/confirm/", entry.step_up, name="step_up"),
    path("staff/join/", entry.join, name="join"),
    path("staff/join/<str:token>/", entry.join_open, name="join_open"),
    path("staff/account/sign-ins/", sign_ins.sign_ins, name="sign_ins"),
    path("staff/account/sign-ins/end/", sign_ins.sign_ins_end, name="sign_ins_end"),
    path("staff/account/sign-ins/<uuid:sign_in>/end/", sign_ins.sign_in_end, name="sign_in_end"),
    path("staff/people/", people.people, name="people"),
    path("staff/people/invite/", people.invite, name="invite"),
    path(
        "staff/people/invitations/<uuid:invitation>/withdraw/", people.invitation_withdraw, name="invitation_withdraw"
    ),
    path("staff/people/invitations/<uuid:invitation>/approve/", people.invitation_approve, name="invitation_approve"),
    path("staff/people/<uuid:person>/", people.person, name="person"),
    path("staff/people/<uuid:person>/roles/", people.roles_change, name="roles_change"),
    path("staff/people/<uuid:person>/roles/<uuid:asked>/approve/", people.roles_approve, name="roles_approve"),
    path("staff/people/<uuid:person>/roles/<uuid:asked>/drop/", people.roles_drop, name="roles_drop"),
    path("staff/people/<uuid:person>/deactivate/", people.deactivate, name="deactivate"),
    path("staff/people/<uuid:person>/reactivate/", people.reactivate, name="reactivate"),
    path("staff/people/<uuid:person>/reset/", people.reset_ask, name="reset_ask"),
    path("staff/people/<uuid:person>/reset/approve/", people.reset_approve, name="reset_approve"),
]
