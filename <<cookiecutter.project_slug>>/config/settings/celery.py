"""Celery: the broker, the queues, and what happens to a task whose worker dies. docs/celery.md is the manual."""

from typing import Any
from urllib.parse import urlsplit

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from kombu import Exchange, Queue

from config.settings.env import env

# A task is asked to stop after the second of these, in seconds, and is stopped with its process after the first.
CELERY_TASK_TIME_LIMIT = env.int("CELERY_TASK_TIME_LIMIT", default=120, minimum=1)
CELERY_TASK_SOFT_TIME_LIMIT = CELERY_TASK_TIME_LIMIT * 0.8
# A broker gives a task that is not done by then to another worker, so no task may take, or wait, that long.
CELERY_VISIBILITY_TIMEOUT = env.int("CELERY_VISIBILITY_TIMEOUT", default=300, minimum=1)

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
    # % if cookiecutter.use_example
    "missing confirmations": {
        "task": "apps.orders.tasks.send_missing_confirmations",
        "schedule": crontab(minute="30"),
    },
    "daily digest": {
        "task": "apps.notifications.tasks.send_daily_digests",
        "schedule": crontab(hour="8", minute="0", day_of_week="mon-fri"),
    },
    # % endif
}

QUEUES = ("default", "notifications", "maintenance")
# By what a task is called.
ROUTES = {"*.tasks.send_*": "notifications", "*.tasks.clear_*": "maintenance", "*.tasks.watch_*": "maintenance"}
SCHEMES = (
    "amqp",
    "amqps",
    # % if cookiecutter.use_redis
    "redis",
    "rediss",
    # % endif
)


def broker_settings(url: str, prefix: str) -> dict[str, Any]:
    """Return the settings for the broker at `url`, on which every name begins with `prefix`."""
    scheme = urlsplit(url).scheme
    if url and scheme not in SCHEMES:
        known = ", ".join(f"{known}://" for known in SCHEMES)
        raise ImproperlyConfigured(f"CELERY_BROKER_URL begins with {scheme}://, which is none of {known}.")
    # % if cookiecutter.use_redis
    if scheme in {"redis", "rediss"}:
        return redis_settings(prefix)
    # % endif
    return rabbitmq_settings(prefix)


def rabbitmq_settings(prefix: str) -> dict[str, Any]:
    """Return the settings for RabbitMQ: quorum queues, which survive a node, count deliveries and pass on the rest."""
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": 3,  # the fourth worker that dies of a task is the last
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": f"{prefix}dead-letters",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",  # which that strategy asks for
    }
    exchange = Exchange(f"{prefix}tasks", type="topic")
    names = [f"{prefix}{queue}" for queue in QUEUES]
    return {
        "CELERY_TASK_QUEUES": [Queue(name, exchange, routing_key=name, queue_arguments=arguments) for name in names],
        # A task counts as sent when the broker has it on disk.
        "CELERY_BROKER_TRANSPORT_OPTIONS": {"confirm_publish": True},
    }


# % if cookiecutter.use_redis
def redis_settings(prefix: str) -> dict[str, Any]:
    """Return the settings for Redis: lists, and a sweep that takes back what a dead worker had."""
    exchange = Exchange(f"{prefix}tasks", type="direct")
    names = [f"{prefix}{queue}" for queue in QUEUES]
    return {
        "CELERY_TASK_QUEUES": [Queue(name, exchange, routing_key=name) for name in names],
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            "visibility_timeout": CELERY_VISIBILITY_TIMEOUT,
            # Look every second for what was not done in time; usually it is every 100 seconds.
            "unacked_restore_interval": 1,
            "unacked_restore_throttle": 1,
            "unacked_key": f"{prefix}unacked",
            "unacked_index_key": f"{prefix}unacked-index",
            "unacked_mutex_key": f"{prefix}unacked-mutex",
            "socket_connect_timeout": 1,
            "socket_keepalive": True,
        },
    }


# % endif
broker_url = env.url("CELERY_BROKER_URL", *(f"{scheme}://" for scheme in SCHEMES))
CELERY_BROKER_URL = broker_url.text if broker_url else ""
# Without a broker a task runs at once in the process that asks for it: in development and in tests.
CELERY_TASK_ALWAYS_EAGER = not CELERY_BROKER_URL
# Other projects may use the same server.
CELERY_QUEUE_PREFIX = env.str(
    "CELERY_QUEUE_PREFIX", default="<<cookiecutter.project_slug>>.", pattern=r"[\w.-]+", form="a word such as shop."
)
CELERY_CONTROL_EXCHANGE = f"{CELERY_QUEUE_PREFIX}control"
CELERY_EVENT_EXCHANGE = f"{CELERY_QUEUE_PREFIX}events"
CELERY_TASK_DEFAULT_QUEUE = f"{CELERY_QUEUE_PREFIX}default"
CELERY_TASK_ROUTES = {pattern: {"queue": f"{CELERY_QUEUE_PREFIX}{queue}"} for pattern, queue in ROUTES.items()}
broker = broker_settings(CELERY_BROKER_URL, CELERY_QUEUE_PREFIX)
CELERY_TASK_QUEUES = broker["CELERY_TASK_QUEUES"]
CELERY_BROKER_TRANSPORT_OPTIONS = broker["CELERY_BROKER_TRANSPORT_OPTIONS"]
# % if cookiecutter.use_redis

# The schedule in Redis, the broker if it is one, else the cache: it survives a restart, and of several beats one works.
redis_urls = [CELERY_BROKER_URL, env.str("CACHE_URL", default="")]
if redis_url := next((url for url in redis_urls if url.startswith(("redis://", "rediss://"))), ""):
    CELERY_BEAT_SCHEDULER = "redbeat.RedBeatScheduler"
    CELERY_REDBEAT_REDIS_URL = redis_url
    CELERY_REDBEAT_REDIS_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 5, "socket_keepalive": True}
    CELERY_REDBEAT_KEY_PREFIX = f"{CELERY_QUEUE_PREFIX}redbeat:"
    # When the beat that works dies, another takes over after the second of these, in seconds.
    CELERY_BEAT_MAX_LOOP_INTERVAL = 5
    CELERY_REDBEAT_LOCK_TIMEOUT = 30
# % endif
