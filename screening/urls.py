"""The safety officer's pages, legal holds too, and who looked at which photos, for auditors. All under /staff/."""

from django.urls import path

from screening.views import audit, duplicates, escalating, holds, lists, proposals, queue, revealing, ruling, stops

app_name = "screening"
urlpatterns = [
    path("screening/", queue.queue, name="queue"),
    path("screening/<uuid:photo_id>/", ruling.ruling, name="ruling"),
    path("screening/<uuid:photo_id>/pass/", ruling.pass_on, name="pass_on"),
    path("screening/<uuid:photo_id>/look/", revealing.look_begin, name="look_begin"),
    path("screening/<uuid:photo_id>/look/<uuid:look>/", revealing.look_picture, name="look_picture"),
    path("screening/locked/", escalating.locked_list, name="locked"),
    path("screening/locked/<uuid:photo_id>/", escalating.locked_show, name="locked_show"),
    path("screening/locked/<uuid:photo_id>/told/", escalating.escalate, name="escalate"),
    path("screening/locked/<uuid:photo_id>/propose/", escalating.locked_propose, name="locked_propose"),
    path("screening/locked/<uuid:photo_id>/note/", escalating.note, name="note"),
    path("screening/proposals/", proposals.proposal_list, name="proposals"),
    path("screening/proposals/<uuid:proposal_id>/", proposals.proposal_show, name="proposal_show"),
    path("screening/proposals/<uuid:proposal_id>/agree/", proposals.proposal_agree, name="proposal_agree"),
    path("screening/proposals/<uuid:proposal_id>/refuse/", proposals.proposal_refuse, name="proposal_refuse"),
    path("screening/proposals/<uuid:proposal_id>/back/", proposals.proposal_take_back, name="proposal_take_back"),
    path("screening/figures/", lists.figures, name="figures"),
    path("screening/lists/", lists.known_lists, name="known_lists"),
    path("holds/", holds.hold_list, name="holds"),
    path("holds/propose/", holds.hold_propose, name="hold_propose"),
    path("holds/<uuid:hold_id>/", holds.hold_show, name="hold_show"),
    path("holds/<uuid:hold_id>/confirm/", holds.hold_confirm, name="hold_confirm"),
    path("holds/<uuid:hold_id>/drop/", holds.hold_drop, name="hold_drop"),
    path("holds/<uuid:hold_id>/lift/", holds.hold_lift, name="hold_lift"),
    path("holds/<uuid:hold_id>/keep/", holds.hold_keep, name="hold_keep"),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/<int:pair_id>/", duplicates.duplicate, name="duplicate"),
    path("duplicates/<int:pair_id>/answer/", duplicates.duplicate_answer, name="duplicate_answer"),
    path("duplicates/<int:pair_id>/<uuid:photo_id>/", duplicates.duplicate_picture, name="duplicate_picture"),
    path("stopped/", stops.stop_list, name="stops"),
    path("stopped/<uuid:stop_id>/lift/", stops.stop_lift, name="stop_lift"),
    path("audit/views/", audit.audit_views, name="audit_views"),
]
