"""The auditor's desk under /staff/audit/, and under /log/ what everybody may read, named as in C2SP tlog-tiles."""

from django.urls import include, path

from audit import views
from audit.views import public

app_name = "audit"
desk_urls = [
    path("", views.desk, name="desk"),
    path("entries/", views.entries, name="entries"),
    path("story/<uuid:mentioned>/", views.story, name="story"),
    path("integrity/", views.integrity, name="integrity"),
    path("proof/<int:index>/", views.proof, name="proof"),
    path("export/", views.export, name="export"),
]
public_urls = [
    path("", public.log, name="log"),
    path("checkpoint", public.checkpoint, name="checkpoint"),
    path("tile/<path:place>", public.tile, name="tile"),
    path("key", public.key, name="key"),
    path("<str:name>.py", public.program, name="program"),
]
urlpatterns = [path("staff/audit/", include(desk_urls)), path("log/", include(public_urls))]
