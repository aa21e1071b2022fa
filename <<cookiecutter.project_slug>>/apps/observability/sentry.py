"""Errors and traces to Sentry, scrubbed. Imported only where SENTRY_DSN is set."""

from typing import Any

import sentry_sdk
from django.conf import settings

from apps.observability.context import get_loaded_user_id, get_request_id
from apps.observability.scrubbing import scrub


def start() -> None:
    """Turn Sentry on; it finds Django and whatever else it knows by itself."""
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        environment=settings.SENTRY_ENVIRONMENT,
        release=settings.SENTRY_RELEASE or None,  # None: it looks for the commit
        traces_sample_rate=settings.SENTRY_TRACES_SAMPLE_RATE,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=complete,
        before_send_transaction=complete,
        before_breadcrumb=scrub_breadcrumb,
    )


def complete(event: Any, hint: Any) -> Any:
    """Return the event without secrets, with the ids of the request and its user."""
    event = scrub(event)
    # A message's arguments, once more and without the names that they stand under in it.
    event.get("logentry", {}).pop("params", None)
    event["tags"] = {**(event.get("tags") or {}), "request_id": get_request_id()}
    if user_id := get_loaded_user_id():
        event["user"] = {"id": str(user_id)}
    return event


def scrub_breadcrumb(breadcrumb: Any, hint: Any) -> Any:
    """Return what happened before an event, without secrets."""
    return scrub(breadcrumb)
