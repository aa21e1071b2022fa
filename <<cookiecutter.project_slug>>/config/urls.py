"""Root URL configuration."""

from django.conf import settings
from django.contrib import admin
from django.http import Http404
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.defaults import page_not_found

from apps.api.views import docs_view
from apps.observability import health, metrics
from apps.pages import views
from apps.security import files

handler500 = "apps.pages.views.server_error"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("health/live/", health.live, name="health-live"),
    path("health/ready/", health.ready, name="health-ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("media/<path:name>", files.download, name="media"),
    path(settings.ADMIN_URL, admin.site.urls),
    # allauth's phone view raises NotImplementedError without phone numbers.
    re_path(r"^_allauth/\w+/v1/account/phone$", csrf_exempt(page_not_found), {"exception": Http404()}),
    path("_allauth/openapi.html", docs_view("openapi.json"), name="accounts-docs"),
    path("_allauth/", include("allauth.headless.urls")),
    # Callbacks of social login.
    path("accounts/", include("allauth.urls")),
    # % if "oauth2" in cookiecutter.auth
    # /.well-known/openid-configuration and /oauth2/.
    path("", include("apps.oauth2.provider.urls")),
    # % endif
    # % if "drf" in cookiecutter.api
    path("api/v1/", include("config.api_drf", namespace="v1")),
    # % endif
    # % if "ninja" in cookiecutter.api
    # % filter replace("v2", cookiecutter.__ninja_version)
    path("api/v2/", include("config.api_ninja", namespace="v2")),
    # % endfilter
    # % endif
    # Yours below
    # Unknown API paths are not redirected to one that ends in a slash.
    re_path(r"^api/", csrf_exempt(page_not_found), {"exception": Http404()}),
]

if "debug_toolbar" in settings.INSTALLED_APPS:
    urlpatterns += [
        path("__debug__/", include("debug_toolbar.urls")),
        path("__mail__/", views.mail_preview, name="mail-preview"),
    ]
