"""The annotators' and the lead's pages."""

from django.urls import path

from annotation import views

app_name = "annotation"
urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("next/", views.task_take, name="task_take"),
    path("lead/", views.lead, name="lead"),
    path("tasks/<uuid:task_id>/image/", views.task_image, name="task_image"),
    path("tasks/<uuid:task_id>/submit/", views.task_submit, name="task_submit"),
    path("tasks/<uuid:task_id>/renew/", views.task_renew, name="task_renew"),
    path("tasks/<uuid:task_id>/text/", views.task_text, name="task_text"),
    path("tasks/<uuid:task_id>/put-back/", views.task_put_back, name="task_put_back"),
    path("tasks/<uuid:task_id>/reopen/", views.task_reopen, name="task_reopen"),
]
