"""Who may ask for which address. A new address fails the build until somebody decides here (requirement W1)."""

from dataclasses import dataclass

ROLES = ("annotator", "adjudicator", "officer", "lead", "curator", "auditor", "administrator")
ANONYMOUS, WITHOUT_FACTOR, WITHOUT_ROLE = "anonymous", "without a second factor", "without a role"
VISITORS = (ANONYMOUS, WITHOUT_FACTOR, WITHOUT_ROLE, *ROLES)

NOBODY: frozenset[str] = frozenset()
ANYONE = frozenset(VISITORS)
STAFF = frozenset(ROLES)


@dataclass(frozen=True)
class Rule:
    """Who may GET and who may POST; nobody: the method does not exist (405).

    `bound`: also needs something that a stranger has not, such as the session that sent the photo, an opened link or a
    pending sign-in; a stranger never sees the page (200). `hidden`: to everybody else the address does not exist (404).
    """

    get: frozenset[str] = NOBODY
    post: frozenset[str] = NOBODY
    bound: bool = False
    hidden: bool = False


def only(*roles: str) -> frozenset[str]:
    """These roles and nobody else."""
    assert STAFF.issuperset(roles)
    return frozenset(roles)


READ = Rule(get=ANYONE)
SEND = Rule(post=ANYONE)
FORM = Rule(get=ANYONE, post=ANYONE)
BOUND_READ = Rule(get=ANYONE, bound=True)
BOUND_SEND = Rule(post=ANYONE, bound=True)
BOUND_FORM = Rule(get=ANYONE, post=ANYONE, bound=True)
STAFF_READ = Rule(get=STAFF)
STAFF_FORM = Rule(get=STAFF, post=STAFF)
OWN_SIGN_IN = Rule(get=STAFF | {WITHOUT_FACTOR}, post=STAFF | {WITHOUT_FACTOR})
ADMINISTRATOR_READ = Rule(get=only("administrator"))
ADMINISTRATOR_SEND = Rule(post=only("administrator"))
AUDITOR_READ = Rule(get=only("auditor"))
OFFICER_READ = Rule(get=only("officer"))
OFFICER_SEND = Rule(post=only("officer"))
OFFICER_FORM = Rule(get=only("officer"), post=only("officer"))
ANNOTATOR_READ = Rule(get=only("annotator"))
ANNOTATOR_SEND = Rule(post=only("annotator"))
READER_READ = Rule(get=only("annotator", "adjudicator"))
READER_SEND = Rule(post=only("annotator", "adjudicator"))
CURATOR_READ = Rule(get=only("curator"))
CURATOR_SEND = Rule(post=only("curator"))
FINDERS = only("lead", "adjudicator", "curator")
FINDER_FORM = Rule(get=FINDERS, post=FINDERS)

RULES: dict[str, Rule] = {
    # -- the site
    "healthz": READ,
    "readyz": READ,
    "security_text": READ,
    # from this machine, as the tests are; with the token from elsewhere (tests/operations/test_metrics.py)
    "operations:metrics": READ,
    "operations:system": ADMINISTRATOR_READ,
    "set_language": SEND,
    # -- contributors: giving; bound to the session that sends
    "contributions:landing": READ,
    "contributions:coverage": READ,
    "contributions:questions": READ,
    "contributions:give_start": FORM,
    "contributions:photo_list": BOUND_READ,
    "contributions:photo_add": BOUND_SEND,
    "contributions:sending_state": BOUND_READ,
    "contributions:photo_preview": BOUND_READ,
    "contributions:photo_remove": BOUND_SEND,
    "contributions:photo_mark": BOUND_READ,
    "contributions:photo_nobody": BOUND_SEND,
    "contributions:photo_frame": BOUND_SEND,
    "contributions:photo_date": BOUND_SEND,
    "contributions:person_add": BOUND_SEND,
    "contributions:age_read": READ,
    "contributions:person_move": BOUND_SEND,
    "contributions:person_edit": BOUND_FORM,
    "contributions:person_remove": BOUND_SEND,
    "contributions:sending_review": BOUND_FORM,
    "contributions:sending_sent": BOUND_READ,
    "contributions:link_again": BOUND_SEND,
    "contributions:address_change": BOUND_FORM,
    "contributions:sending_stop": BOUND_FORM,
    # -- contributors: consent and their own pages; bound to an opened link
    "contributions:consent_choose": BOUND_FORM,
    "contributions:consent_thanks": BOUND_READ,
    "contributions:consent_more": BOUND_FORM,
    "contributions:invitation_answer": BOUND_FORM,
    "contributions:invitation_later": BOUND_SEND,
    "contributions:invitation_thanks": BOUND_READ,
    "contributions:manage_open": BOUND_FORM,
    "contributions:manage": BOUND_READ,
    "contributions:scopes_change": BOUND_FORM,
    "contributions:withdraw": BOUND_FORM,
    "contributions:withdrawal_cancel": BOUND_SEND,
    "contributions:erase_now": BOUND_FORM,
    "contributions:copy_download": BOUND_READ,
    "contributions:agree_again": BOUND_FORM,
    "contributions:shown_decline": BOUND_SEND,
    "contributions:mail_change": BOUND_SEND,
    "contributions:withdraw_person": BOUND_FORM,
    "contributions:copy_read": BOUND_READ,
    "contributions:copy_file": BOUND_READ,
    "contributions:proof_download": BOUND_READ,
    "contributions:receipt_show": BOUND_READ,
    "contributions:receipt_record": BOUND_READ,
    "contributions:receipt_proof": BOUND_READ,
    "contributions:manage_close": BOUND_SEND,
    "contributions:withdraw_by_code": FORM,
    # -- somebody who thinks they are pictured
    "contributions:claim": FORM,
    "contributions:claim_confirm": BOUND_FORM,
    "identity:link_open": BOUND_READ,
    "identity:link_stale": READ,
    "identity:link_request": FORM,
    "identity:reminders_link": BOUND_FORM,
    "identity:reminders_stop": BOUND_FORM,
    "identity:updates_link": BOUND_FORM,
    "identity:updates_stop": BOUND_FORM,
    "consent:notice_latest": READ,
    "consent:notice_show": READ,
    "consent:notice_changes": READ,
    # -- the log: a page about it, and what monitors on other machines read
    "audit:log": READ,
    "audit:checkpoint": READ,
    "audit:tile": READ,
    "audit:key": READ,
    "audit:program": READ,
    # -- staff: the way in
    "accounts:demo": Rule(hidden=True),
    "accounts:join_open": BOUND_READ,
    "accounts:join": BOUND_FORM,
    "account_login": FORM,
    "account_logout": FORM,
    "account_inactive": READ,
    "mfa_authenticate": BOUND_FORM,
    "mfa_login_webauthn": BOUND_FORM,
    # -- staff: their own sign-in
    "account_reauthenticate": OWN_SIGN_IN,
    "mfa_index": Rule(get=STAFF | {WITHOUT_FACTOR}),
    "mfa_activate_totp": OWN_SIGN_IN,
    "mfa_add_webauthn": OWN_SIGN_IN,
    "mfa_reauthenticate": STAFF_FORM,
    "mfa_reauthenticate_webauthn": STAFF_FORM,
    "mfa_deactivate_totp": STAFF_FORM,
    "mfa_view_recovery_codes": STAFF_READ,
    "mfa_generate_recovery_codes": STAFF_FORM,
    "mfa_list_webauthn": STAFF_READ,
    "mfa_remove_webauthn": STAFF_FORM,
    "account_change_password": STAFF_FORM,
    # -- staff: start page and people
    "accounts:staff_home": STAFF_READ,
    "accounts:step_up": STAFF_READ,
    "accounts:sign_ins": STAFF_READ,
    "accounts:sign_ins_end": Rule(post=STAFF),
    "accounts:sign_in_end": Rule(post=STAFF),
    "accounts:people": ADMINISTRATOR_READ,
    "accounts:person": ADMINISTRATOR_READ,
    "accounts:invite": ADMINISTRATOR_SEND,
    "accounts:invitation_withdraw": ADMINISTRATOR_SEND,
    "accounts:invitation_approve": ADMINISTRATOR_SEND,
    "accounts:roles_change": ADMINISTRATOR_SEND,
    "accounts:roles_approve": ADMINISTRATOR_SEND,
    "accounts:roles_drop": ADMINISTRATOR_SEND,
    "accounts:deactivate": ADMINISTRATOR_SEND,
    "accounts:reactivate": ADMINISTRATOR_SEND,
    "accounts:reset_ask": ADMINISTRATOR_SEND,
    "accounts:reset_approve": ADMINISTRATOR_SEND,
    "contributions:campaign_desk": Rule(get=only("administrator"), post=only("administrator")),
    # -- auditor
    "audit:desk": AUDITOR_READ,
    "audit:entries": AUDITOR_READ,
    "audit:story": AUDITOR_READ,
    "audit:integrity": AUDITOR_READ,
    "audit:proof": AUDITOR_READ,
    "audit:export": AUDITOR_READ,
    "consent:audit_notices": AUDITOR_READ,
    "consent:staff_notices": STAFF_READ,
    "screening:audit_views": AUDITOR_READ,
    # -- safety officer
    "screening:queue": OFFICER_READ,
    "screening:ruling": OFFICER_FORM,
    "screening:pass_on": OFFICER_SEND,
    "screening:look_begin": OFFICER_SEND,
    "screening:look_picture": OFFICER_READ,
    "screening:locked": OFFICER_READ,
    "screening:locked_show": OFFICER_READ,
    "screening:escalate": OFFICER_SEND,
    "screening:locked_propose": OFFICER_FORM,
    "screening:note": OFFICER_READ,
    "screening:proposals": OFFICER_READ,
    "screening:proposal_show": OFFICER_READ,
    "screening:proposal_agree": OFFICER_SEND,
    "screening:proposal_refuse": OFFICER_SEND,
    "screening:proposal_take_back": OFFICER_SEND,
    "screening:figures": OFFICER_READ,
    "screening:known_lists": OFFICER_READ,
    "screening:holds": OFFICER_READ,
    "screening:hold_propose": OFFICER_FORM,
    "screening:hold_show": OFFICER_FORM,
    "screening:hold_confirm": OFFICER_SEND,
    "screening:hold_drop": OFFICER_SEND,
    "screening:hold_lift": OFFICER_SEND,
    "screening:hold_keep": OFFICER_SEND,
    "screening:stops": Rule(get=only("lead", "administrator")),
    "screening:stop_lift": Rule(post=only("lead", "administrator")),
    "screening:duplicates": Rule(get=only("lead", "officer")),
    "screening:duplicate": Rule(get=only("lead", "officer"), post=only("lead", "officer")),
    "screening:duplicate_picture": Rule(get=only("lead", "officer")),
    "screening:duplicate_answer": OFFICER_FORM,
    "contributions:claims_desk": OFFICER_READ,
    "contributions:claim_desk_show": OFFICER_READ,
    "contributions:claim_photo_add": OFFICER_SEND,
    "contributions:claim_photo_rule": OFFICER_SEND,
    "contributions:claim_release": OFFICER_SEND,
    "contributions:claim_settle": OFFICER_SEND,
    "contributions:photo_revoke": OFFICER_FORM,
    # -- annotators and their lead
    "annotation:workbench": ANNOTATOR_READ,
    "annotation:task_next": ANNOTATOR_SEND,
    "annotation:settle": Rule(get=only("adjudicator")),
    "annotation:settle_next": Rule(post=only("adjudicator")),
    "annotation:task_image": READER_READ,
    "annotation:task_submit": READER_SEND,
    "annotation:task_take": READER_SEND,
    "annotation:task_put_off": READER_SEND,
    "annotation:task_text": READER_SEND,
    "annotation:reading_take_back": READER_SEND,
    "annotation:leases_renew": READER_SEND,
    "annotation:leases_give_back": READER_SEND,
    "annotation:last_readings": READER_READ,
    "annotation:keys": READER_SEND,
    "annotation:agreement": Rule(get=only("lead", "adjudicator")),
    "annotation:lead": Rule(get=only("lead")),
    "annotation:task_reopen": Rule(post=only("lead")),
    "annotation:task_reassign": Rule(post=only("lead")),
    "annotation:photos_exclude": Rule(post=only("lead")),
    "annotation:find": FINDER_FORM,
    "annotation:found": FINDER_FORM,
    "annotation:found_look": Rule(post=FINDERS),
    # -- curators
    "releases:withdrawals": READ,
    "releases:updates": READ,
    "releases:recipients": CURATOR_READ,
    "releases:recipient_enter": Rule(get=only("curator"), post=only("curator")),
    "releases:recipient_show": CURATOR_READ,
    "releases:recipient_approve": CURATOR_SEND,
    "releases:recipient_end": CURATOR_SEND,
    "releases:delivery_make": CURATOR_SEND,
    "releases:delivery_end": CURATOR_SEND,
    "releases:report_pass_on": Rule(get=only("curator"), post=only("curator")),
    # -- recipients: bound to an opened link, or to a program's token
    "releases:delivery_open": BOUND_READ,
    "releases:dataset": BOUND_READ,
    "releases:dataset_index": BOUND_READ,
    "releases:dataset_file": BOUND_READ,
    "releases:report_send": BOUND_SEND,
    "releases:deletion_state": BOUND_SEND,
    "releases:dataset_program": READ,
    "releases:updates_desk": CURATOR_READ,
    "releases:update_draft": CURATOR_SEND,
    "releases:update_show": CURATOR_READ,
    "releases:update_write": Rule(get=only("curator"), post=only("curator")),
    "releases:update_approve": CURATOR_SEND,
    "releases:update_drop": CURATOR_SEND,
    "releases:index": CURATOR_READ,
    "releases:release_draft": Rule(get=only("curator"), post=only("curator")),
    "releases:release_show": CURATOR_READ,
    "releases:why": CURATOR_READ,
    "releases:release_freeze": CURATOR_SEND,
    "releases:release_publish": CURATOR_SEND,
    "releases:release_abort": CURATOR_SEND,
    "releases:release_again": CURATOR_SEND,
    "releases:release_without_held": CURATOR_SEND,
    "releases:release_crops": CURATOR_SEND,
    "releases:release_progress": CURATOR_READ,
    "releases:release_contents": CURATOR_READ,
    "releases:release_paper": CURATOR_READ,
    "releases:retraction_ask": Rule(get=only("curator"), post=only("curator")),
    "releases:release_retract": CURATOR_SEND,
    "releases:release_keep": CURATOR_SEND,
    "releases:uses": CURATOR_READ,
    "releases:use_tell": Rule(get=only("curator"), post=only("curator")),
    "releases:use_end": CURATOR_SEND,
    "releases:key": READ,
    "releases:key_file": READ,
    "releases:version_show": READ,
}
