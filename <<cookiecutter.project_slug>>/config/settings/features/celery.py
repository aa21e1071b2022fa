"""Celery: the broker, the queues, and what happens to a task whose worker dies. docs/celery.md is the manual."""

from typing import Any
from urllib.parse import urlsplit

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from config.settings.brokers import kinds_of_broker
from config.settings.env import env

# What calls a service that `run_after_commit` was asked for.
AFTER_COMMIT = "apps.outbox.dispatch.dispatch"

# A task is asked to stop after the second of these, in seconds, and is stopped with its process after the first.
CELERY_TASK_TIME_LIMIT = env.int("CELERY_TASK_TIME_LIMIT", default=120)
CELERY_TASK_SOFT_TIME_LIMIT = CELERY_TASK_TIME_LIMIT * 0.8
# A broker gives a task that is not done by then to another worker, so no task may take, or wait, that long.
CELERY_VISIBILITY_TIMEOUT = env.int("CELERY_VISIBILITY_TIMEOUT", default=300)

# A task is acknowledged when it is done, not when it is received: what a dying worker had, another one gets.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# Sent again, and counted, when its process died, perhaps of it: see apps.outbox.base.
CELERY_TASK_RETRY_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True  # another worker has them by then

CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True  # nobody asks: what a task did is in the database
CELERY_TIMEZONE = env.str("TIME_ZONE", default="UTC")

# A request waits a moment for the broker, not longer: apps.outbox.dispatch keeps what could not be sent.
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}
# A worker waits for as long as it takes.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None

# Tasks waiting in a queue: past the first there is a warning in the log every minute, past the second the processes
# that could fill it further are not ready; 0 is never.
CELERY_QUEUE_DEPTH_WARNING = env.int("CELERY_QUEUE_DEPTH_WARNING", default=1000)
CELERY_QUEUE_DEPTH_LIMIT = env.int("CELERY_QUEUE_DEPTH_LIMIT", default=0)

# For Flower and other monitors.
CELERY_WORKER_SEND_TASK_EVENTS = True
CELERY_TASK_SEND_SENT_EVENT = True

CELERY_BEAT_SCHEDULE = {
    "expired sessions": {
        "task": "apps.accounts.tasks.clear_expired_sessions",
        "schedule": crontab(hour="2", minute="0"),
    },
    "expired idempotency keys": {
        "task": "apps.idempotency.tasks.clear_expired_idempotency_keys",
        "schedule": crontab(hour="2", minute="10"),
    },
    "settled dead letters": {
        "task": "apps.outbox.tasks.clear_settled_dead_letters",
        "schedule": crontab(hour="2", minute="20"),
    },
    "queue depth": {
        "task": "apps.outbox.tasks.watch_queues",
        "schedule": crontab(),  # every minute
        "options": {"expires": 50},  # not twice when the workers come back
    },
}

QUEUES = ("default", "notifications", "maintenance")
# By what a task is called.
ROUTES = {"*.tasks.send_*": "notifications", "*.tasks.clear_*": "maintenance", "*.tasks.watch_*": "maintenance"}

KINDS = kinds_of_broker()
# The kind of broker by the scheme of its URL; without one nothing is sent, and any will do.
BROKERS = {"": KINDS["rabbitmq"]} | {scheme: kind for kind in KINDS.values() for scheme in kind.SCHEMES}


def broker_settings(url: str, prefix: str) -> dict[str, Any]:
    """Return the settings for the broker at `url`, on which every name begins with `prefix`.

    Raises:
        ImproperlyConfigured: it is of a kind that this project does not have.
    """
    scheme = urlsplit(url).scheme
    if scheme not in BROKERS:
        known = ", ".join(f"{known}://" for known in BROKERS if known)
        raise ImproperlyConfigured(f"CELERY_BROKER_URL begins with {scheme}://, which is none of {known}.")
    return {
        "CELERY_BROKER_URL": url,
        # Without a broker a task runs at once in the process that asks for it: in development and in tests.
        "CELERY_TASK_ALWAYS_EAGER": not url,
        "CELERY_BROKER_TRANSPORT_OPTIONS": BROKERS[scheme].transport_options(prefix, CELERY_VISIBILITY_TIMEOUT),
        "CELERY_QUEUE_PREFIX": prefix,
        "CELERY_TASK_QUEUES": BROKERS[scheme].queues(prefix, [f"{prefix}{queue}" for queue in QUEUES]),
        "CELERY_CONTROL_EXCHANGE": f"{prefix}control",
        "CELERY_EVENT_EXCHANGE": f"{prefix}events",
        "CELERY_TASK_DEFAULT_QUEUE": f"{prefix}default",
        "CELERY_TASK_ROUTES": {pattern: {"queue": f"{prefix}{queue}"} for pattern, queue in ROUTES.items()},
    }


# Other projects may use the same server.
CELERY_QUEUE_PREFIX = env.str("CELERY_QUEUE_PREFIX", default="<<cookiecutter.project_slug>>.")

globals().update(broker_settings(env.str("CELERY_BROKER_URL", default=""), CELERY_QUEUE_PREFIX))
