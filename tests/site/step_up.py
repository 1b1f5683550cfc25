"""Which requests of staff ask for a second factor of the last five minutes, and why the others do not (requirement W2).

What releases, erases, hands out or ends something for good asks; so does whatever changes who may come in.
"""

# What a stale second factor must never do. By GET too: `audit:export`.
ASKS = frozenset(
    {
        # -- release
        "releases:release_freeze",
        "releases:release_publish",
        "releases:release_abort",
        "releases:release_again",
        "releases:release_without_held",
        "releases:release_crops",
        "releases:release_retract",
        "releases:release_keep",
        "releases:recipient_approve",
        "releases:delivery_make",
        "releases:update_approve",
        "releases:update_drop",
        # -- erase, or end the use of a photo for good
        "contributions:claim_settle",
        "contributions:photo_revoke",
        "screening:duplicate_answer",
        "screening:locked_propose",
        "screening:proposal_agree",
        "screening:proposal_refuse",
        "screening:proposal_take_back",
        "screening:hold_propose",
        "screening:hold_show",
        "screening:hold_confirm",
        "screening:hold_drop",
        "screening:hold_lift",
        "screening:hold_keep",
        "screening:stop_lift",
        # -- export
        "audit:export",
        # -- the campaign, and who may come in
        "contributions:campaign_desk",
        "accounts:invite",
        "accounts:invitation_approve",
        "accounts:invitation_withdraw",
        "accounts:roles_change",
        "accounts:roles_approve",
        "accounts:roles_drop",
        "accounts:deactivate",
        "accounts:reactivate",
        "accounts:reset_ask",
        "accounts:reset_approve",
        "accounts:sign_ins_end",
        "accounts:sign_in_end",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_remove_webauthn",
    }
)
# Opening the page asks, and what was written there stays when the factor is too old by the time it is sent.
ASKS_AT_GET = frozenset({"releases:retraction_ask"})

_WORK = "daily work of one photo, which can be said otherwise or takes a second reader"
_TAKES_AWAY = "it takes away and gives nothing"
_ASKS_FIRST = "it only asks: another person does it, with a fresh second factor"
_ENTRY = "the way in or out, or confirming itself"
DOES_NOT_ASK = {
    "account_login": _ENTRY,
    "account_logout": _ENTRY,
    "account_reauthenticate": _ENTRY,
    "mfa_authenticate": _ENTRY,
    "mfa_login_webauthn": _ENTRY,
    "mfa_reauthenticate": _ENTRY,
    "mfa_reauthenticate_webauthn": _ENTRY,
    "accounts:join": _ENTRY,
    "account_change_password": "it asks for the password of today",
    "screening:ruling": "it asks where two decide; alone an officer clears, excludes or locks, and nothing is erased",
    "screening:pass_on": _WORK,
    "screening:look_begin": _WORK,
    "screening:escalate": "it writes down that somebody was told, and changes nothing else",
    "screening:duplicate": _WORK,
    "contributions:claim_photo_add": "it only says which photo a claim may be about; settling asks",
    "contributions:claim_photo_rule": "it only says who is shown; settling asks",
    "contributions:claim_release": "it puts back in use what its sender had agreed to; nothing is handed out by it",
    "annotation:task_next": _WORK,
    "annotation:settle_next": _WORK,
    "annotation:task_submit": _WORK,
    "annotation:task_take": _WORK,
    "annotation:task_put_off": _WORK,
    "annotation:task_text": _WORK,
    "annotation:reading_take_back": _WORK,
    "annotation:leases_renew": _WORK,
    "annotation:leases_give_back": _WORK,
    "annotation:keys": _WORK,
    "annotation:task_reopen": _WORK,
    "annotation:task_reassign": _WORK,
    "annotation:photos_exclude": "it keeps photos out of releases and erases none",
    "annotation:find": "a question; what it finds is not handed out",
    "annotation:found": "a question; what it finds is not handed out",
    "annotation:found_look": _WORK,
    "releases:release_draft": _ASKS_FIRST,
    "releases:recipient_enter": _ASKS_FIRST,
    "releases:recipient_end": _TAKES_AWAY,
    "releases:delivery_end": _TAKES_AWAY,
    "releases:report_pass_on": "it keeps what a recipient reported",
    "releases:update_draft": _ASKS_FIRST,
    "releases:update_write": _ASKS_FIRST,
    "releases:use_tell": "it writes down what a release was used for",
    "releases:use_end": _TAKES_AWAY,
}
