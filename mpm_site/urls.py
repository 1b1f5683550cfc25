"""Every address of the site. Rooms bring their own; staff pages all lie under /staff/."""

from django.urls import include, path

from mpm_site import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path(".well-known/security.txt", views.security_text, name="security_text"),
    path("language/", views.set_language, name="set_language"),
    path("", include("contributions.urls")),
    path("", include("identity.urls")),
    path("", include("consent.urls")),
    path("", include("accounts.urls")),
    path("staff/account/", include("accounts.allauth_urls")),
    path("", include("audit.urls")),
    path("", include("operations.urls")),
    path("staff/", include("screening.urls")),
    path("staff/annotation/", include("annotation.urls")),
    path("", include("releases.urls")),
]
handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.not_found
handler500 = views.server_error
