"""The public site: giving photos, and the person's own pages."""

from django.urls import path

from contributions.views import (
    answering,
    by_code,
    claiming,
    claims_desk,
    giving,
    inviting,
    leaving,
    marking,
    papers,
    person,
    sending,
)

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
    path("invitation/", inviting.invitation_answer, name="invitation_answer"),
    path("invitation/later/", inviting.invitation_later, name="invitation_later"),
    path("invitation/thanks/", inviting.invitation_thanks, name="invitation_thanks"),
    path("your-photos/open/", person.manage_open, name="manage_open"),
    path("your-photos/", person.manage, name="manage"),
    path("your-photos/scopes/", person.scopes_change, name="scopes_change"),
    path("your-photos/agree/", person.agree_again, name="agree_again"),
    path("your-photos/decline/", person.shown_decline, name="shown_decline"),
    path("your-photos/mail/", person.mail_change, name="mail_change"),
    path("your-photos/withdraw/", leaving.withdraw, name="withdraw"),
    path("your-photos/withdraw/person/", leaving.withdraw_person, name="withdraw_person"),
    path("your-photos/undo/", leaving.withdrawal_cancel, name="withdrawal_cancel"),
    path("your-photos/erase-now/", leaving.erase_now, name="erase_now"),
    path("your-photos/copy/", papers.copy_download, name="copy_download"),
    path("your-photos/copy/read/", papers.copy_read, name="copy_read"),
    path("your-photos/copy/file/", papers.copy_file, name="copy_file"),
    path("your-photos/proof/<uuid:record_id>/", papers.proof_download, name="proof_download"),
    path("your-photos/receipts/<uuid:receipt_id>/", papers.receipt_show, name="receipt_show"),
    path("your-photos/receipts/<uuid:receipt_id>/record/", papers.receipt_record, name="receipt_record"),
    path("your-photos/receipts/<uuid:receipt_id>/proof/", papers.receipt_proof, name="receipt_proof"),
    path("your-photos/close/", person.manage_close, name="manage_close"),
    path("withdraw/", by_code.withdraw_by_code, name="withdraw_by_code"),
]
claim_urls = [
    path("am-i-pictured/", claiming.claim, name="claim"),
    path("am-i-pictured/confirm/", claiming.claim_confirm, name="claim_confirm"),
]
desk_urls = [
    path("staff/claims/", claims_desk.claims_desk, name="claims_desk"),
    path("staff/claims/<uuid:claim_id>/", claims_desk.claim_desk_show, name="claim_desk_show"),
    path("staff/claims/<uuid:claim_id>/photos/", claims_desk.claim_photo_add, name="claim_photo_add"),
    path("staff/claims/<uuid:claim_id>/rule/", claims_desk.claim_photo_rule, name="claim_photo_rule"),
    path("staff/claims/<uuid:claim_id>/release/", claims_desk.claim_release, name="claim_release"),
    path("staff/claims/<uuid:claim_id>/settle/", claims_desk.claim_settle, name="claim_settle"),
    path("staff/end-use/", claims_desk.photo_revoke, name="photo_revoke"),
]
urlpatterns = giving_urls + person_urls + claim_urls + desk_urls
