"""A process in production that meets secrets everywhere and tells every sink about it: `test_scrubbing` reads those.

Run as `python -m proofs.core.sinks`. Logs go to standard error, mails and metrics to standard output.
"""

import logging
import sys
from typing import NoReturn

import django
from django.core import mail
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import path

from apps.observability import metrics

SECRETS = {
    "password": "hunter2-correct-horse",
    "token": "tok-5f4dcc3b5aa765d61d83",
    "bearer": "bearer-value-9b74c9897bac770f",
    "signed": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "cookie": "cookie-value-e99a18c428cb38d5",
    "card": "4111 1111 1111 1111",
    "card_number": "5555555555554444",
    "email": "ada.lovelace@example.com",
    "database": "db-pass-d8578edf8458ce06",
}
CANARY = "canary"  # no secret, so to be found wherever the secrets were sent to

logger = logging.getLogger("proofs.sinks")


def connect() -> NoReturn:
    raise ConnectionError(f"postgres://shop:{SECRETS['database']}@db.example.com/shop {SECRETS['signed']}")


def spills(request: HttpRequest) -> NoReturn:
    """Log the request in every way that comes to mind, then fail in one that names its secrets."""
    password, card = request.POST["password"], request.POST["card"]
    logger.info("%s with %s", CANARY, dict(request.POST.items()))
    logger.info("%s at %s", CANARY, request.get_full_path())
    logger.warning(
        CANARY, extra={"headers": dict(request.headers), "request": request, "card": int(card.replace(" ", ""))}
    )
    logger.error("%s: Cookie: sessionid=%s; csrftoken=%s", CANARY, SECRETS["cookie"], SECRETS["cookie"])
    try:
        connect()
    except ConnectionError as error:
        raise ValueError(
            f"{CANARY}: card {card} of {SECRETS['email']} refused, password={password}, "
            f"Authorization: Bearer {SECRETS['bearer']}, {{'token': '{SECRETS['token']}'}}"
        ) from error


urlpatterns = [path("spills/", spills)]


def main() -> None:
    """Serve one request."""
    sys.modules["brotli"] = None  # type: ignore[assignment]  # Sentry then compresses as the test can undo
    django.setup()
    mailers = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    with override_settings(ROOT_URLCONF=__name__, ADMINS=["admin@example.com"], MAILERS=mailers):
        Client(raise_request_exception=False).post(
            f"/spills/?token={SECRETS['token']}&password={SECRETS['password']}&email={SECRETS['email']}&seen={CANARY}",
            {name: SECRETS[name] for name in ("password", "token", "card", "card_number", "email")},
            headers={
                "Host": "example.com",
                "Authorization": f"Bearer {SECRETS['bearer']}",
                "Cookie": f"remember={SECRETS['cookie']}",
                "X-Api-Key": SECRETS["token"],
                "X-Forwarded-Proto": "https",
            },
        )
    print([message.message() for message in getattr(mail, "outbox", [])])
    print(metrics.build_registry().get_sample_value("http_request_duration_seconds_count", LABELS), "requests")
    print(*(sample for metric in metrics.build_registry().collect() for sample in metric.samples), sep="\n")


LABELS = {"method": "POST", "route": "/spills/", "status": "500"}

if __name__ == "__main__":
    main()
