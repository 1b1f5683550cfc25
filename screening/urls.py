"""The safety officer's pages, legal holds too, and who looked at which photos, for auditors. All under /staff/."""

from django.urls import path

from screening.views import holds, verdicts

app_name = "screening"
urlpatterns = [
    path("screening/", verdicts.queue, name="queue"),
    path("screening/<uuid:photo_id>/", verdicts.ruling, name="ruling"),
    path("holds/", holds.hold_list, name="holds"),
    path("holds/propose/", holds.hold_propose, name="hold_propose"),
    path("holds/<uuid:hold_id>/", holds.hold_show, name="hold_show"),
    path("holds/<uuid:hold_id>/confirm/", holds.hold_confirm, name="hold_confirm"),
    path("holds/<uuid:hold_id>/drop/", holds.hold_drop, name="hold_drop"),
    path("holds/<uuid:hold_id>/lift/", holds.hold_lift, name="hold_lift"),
    path("holds/<uuid:hold_id>/keep/", holds.hold_keep, name="hold_keep"),
    path("audit/views/", verdicts.audit_views, name="audit_views"),
]
