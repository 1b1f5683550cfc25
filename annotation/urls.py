"""The pages of annotators, adjudicators and their lead."""

from django.urls import path

from annotation.views import agreement, find, keys, lead, leases, tasks, workbench

app_name = "annotation"
urlpatterns = [
    path("", workbench.workbench, name="workbench"),
    path("next/", workbench.task_next, name="task_next"),
    path("settle/", workbench.settle, name="settle"),
    path("settle/next/", workbench.settle_next, name="settle_next"),
    path("tasks/<uuid:task_id>/image/", tasks.task_image, name="task_image"),
    path("tasks/<uuid:task_id>/submit/", tasks.task_submit, name="task_submit"),
    path("tasks/<uuid:task_id>/take/", tasks.task_take, name="task_take"),
    path("tasks/<uuid:task_id>/put-off/", tasks.task_put_off, name="task_put_off"),
    path("tasks/<uuid:task_id>/text/", tasks.task_text, name="task_text"),
    path("readings/<uuid:reading_id>/take-back/", tasks.reading_take_back, name="reading_take_back"),
    path("leases/renew/", leases.leases_renew, name="leases_renew"),
    path("leases/give-back/", leases.leases_give_back, name="leases_give_back"),
    path("last/", tasks.last_readings, name="last_readings"),
    path("keys/", keys.keys, name="keys"),
    path("agreement/", agreement.agreement, name="agreement"),
    path("lead/", lead.lead, name="lead"),
    path("tasks/<uuid:task_id>/reopen/", lead.task_reopen, name="task_reopen"),
    path("tasks/<uuid:task_id>/reassign/", lead.task_reassign, name="task_reassign"),
    path("exclude/", lead.photos_exclude, name="photos_exclude"),
    path("find/", find.find, name="find"),
    path("find/<uuid:search_id>/", find.found, name="found"),
    path("find/<uuid:search_id>/look/<uuid:photo_id>/", find.found_look, name="found_look"),
]
