"""The curators' pages."""

from django.urls import path

from releases import views

app_name = "releases"
urlpatterns = [
    path("", views.index, name="index"),
    path("draft/", views.release_draft, name="release_draft"),
    path("<uuid:release_id>/", views.release_show, name="release_show"),
    path("<uuid:release_id>/freeze/", views.release_freeze, name="release_freeze"),
    path("<uuid:release_id>/publish/", views.release_publish, name="release_publish"),
    path("<uuid:release_id>/abort/", views.release_abort, name="release_abort"),
    path("<uuid:release_id>/download/", views.release_download, name="release_download"),
]
