"""Serve an empty view under different middleware, in turns, and print what each costs a request."""

import logging.config
import os
import statistics
import time
from collections.abc import Callable

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path

ROUNDS = 60
REQUESTS = 100

DJANGOS = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
PROMETHEUS = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]


def view(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with what is at hand."""
    return HttpResponse(f"{request.method} {pk}")


urlpatterns = [path("api/v1/orders/<int:pk>/", view)]


def handler(middleware: list[str]) -> Callable[[HttpRequest], HttpResponse]:
    """Return what serves a request under this middleware."""
    with override_settings(MIDDLEWARE=middleware):
        return WSGIHandler().get_response


def round_of(serve: Callable[[HttpRequest], HttpResponse]) -> float:
    """Return the milliseconds of one request, the mean of a round."""
    requests = [RequestFactory().get("/api/v1/orders/7/?page_size=25") for _ in range(REQUESTS)]
    start = time.process_time()
    for request in requests:
        serve(request)
    return (time.process_time() - start) * 1000 / REQUESTS


def main() -> None:
    """Measure everything in turns; print medians, as costs beyond no middleware at all."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    from config.settings.logging import logging_config

    config = logging_config(json=True)
    # The access log is written, as in production, but to nobody.
    config["handlers"]["console"] = {"class": "logging.FileHandler", "filename": os.devnull, "formatter": "default"}
    logging.config.dictConfig(config)
    own = [name for name in settings.MIDDLEWARE if name.startswith("apps.")]
    candidates = {
        "none": handler([]),
        **{name: handler([name]) for name in own},
        "all the project's own": handler(own),
        "django-prometheus": handler(PROMETHEUS),
        "Django's default": handler(DJANGOS),
    }
    with override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"]):
        for serve in candidates.values():
            round_of(serve)  # to warm up
        rounds = [{name: round_of(serve) for name, serve in candidates.items()} for _ in range(ROUNDS)]
    print(f"{statistics.median(times['none'] for times in rounds):8.3f} ms  no middleware; the others beyond it:")
    for name in list(candidates)[1:]:
        print(f"{statistics.median(times[name] - times['none'] for times in rounds):8.3f} ms  {name}")


if __name__ == "__main__":
    main()
