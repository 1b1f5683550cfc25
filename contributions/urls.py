"""The public site: giving photos, and the person's own pages."""

from django.urls import path

from contributions.views import answering, by_code, giving, marking, person, sending

app_name = "contributions"
giving_urls = [
    path("", giving.landing, name="landing"),
    path("give/", giving.give_start, name="give_start"),
    path("give/photos/", giving.photo_list, name="photo_list"),
    path("give/photos/add/", giving.photo_add, name="photo_add"),
    path("give/state/", giving.sending_state, name="sending_state"),
    path("give/photos/<uuid:photo_id>/preview/", giving.photo_preview, name="photo_preview"),
    path("give/photos/<uuid:photo_id>/remove/", giving.photo_remove, name="photo_remove"),
    path("give/photos/<uuid:photo_id>/mark/", marking.photo_mark, name="photo_mark"),
    path("give/photos/<uuid:photo_id>/nobody/", marking.photo_nobody, name="photo_nobody"),
    path("give/photos/<uuid:photo_id>/people/add/", marking.person_add, name="person_add"),
    path("give/people/<uuid:person_id>/move/", marking.person_move, name="person_move"),
    path("give/people/<uuid:person_id>/", marking.person_edit, name="person_edit"),
    path("give/people/<uuid:person_id>/remove/", marking.person_remove, name="person_remove"),
    path("give/review/", sending.sending_review, name="sending_review"),
    path("give/sent/", sending.sending_sent, name="sending_sent"),
    path("give/sent/again/", sending.link_again, name="link_again"),
    path("give/sent/address/", sending.address_change, name="address_change"),
    path("give/stop/", sending.sending_stop, name="sending_stop"),
]
person_urls = [
    path("consent/", answering.consent_choose, name="consent_choose"),
    path("consent/thanks/", answering.consent_thanks, name="consent_thanks"),
    path("your-photos/open/", person.manage_open, name="manage_open"),
    path("your-photos/", person.manage, name="manage"),
    path("your-photos/scopes/", person.scopes_change, name="scopes_change"),
    path("your-photos/withdraw/", person.withdraw, name="withdraw"),
    path("your-photos/undo/", person.withdrawal_cancel, name="withdrawal_cancel"),
    path("your-photos/erase-now/", person.erase_now, name="erase_now"),
    path("your-photos/copy/", person.copy_download, name="copy_download"),
    path("your-photos/proof/<uuid:record_id>/", person.proof_download, name="proof_download"),
    path("your-photos/close/", person.manage_close, name="manage_close"),
    path("withdraw/", by_code.withdraw_by_code, name="withdraw_by_code"),
]
urlpatterns = giving_urls + person_urls
