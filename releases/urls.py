"""The curators' pages, and the updates for everybody."""

from django.urls import path

from releases.views import releasing, updating

app_name = "releases"
urlpatterns = [
    path("updates/", updating.updates, name="updates"),
    path("staff/updates/", updating.updates_desk, name="updates_desk"),
    path("staff/updates/draft/", updating.update_draft, name="update_draft"),
    path("staff/updates/<uuid:update_id>/", updating.update_show, name="update_show"),
    path("staff/updates/<uuid:update_id>/write/<str:language>/", updating.update_write, name="update_write"),
    path("staff/updates/<uuid:update_id>/approve/", updating.update_approve, name="update_approve"),
    path("staff/updates/<uuid:update_id>/drop/", updating.update_drop, name="update_drop"),
    path("staff/releases/", releasing.index, name="index"),
    path("staff/releases/draft/", releasing.release_draft, name="release_draft"),
    path("staff/releases/<uuid:release_id>/", releasing.release_show, name="release_show"),
    path("staff/releases/<uuid:release_id>/freeze/", releasing.release_freeze, name="release_freeze"),
    path("staff/releases/<uuid:release_id>/publish/", releasing.release_publish, name="release_publish"),
    path("staff/releases/<uuid:release_id>/abort/", releasing.release_abort, name="release_abort"),
    path("staff/releases/<uuid:release_id>/download/", releasing.release_download, name="release_download"),
]
