"""Celery: broker, queues, retries and schedule. docs/celery.md explains the variables."""

import re
from typing import Any

from celery.schedules import crontab
from kombu import Exchange, Queue

from config.settings.env import env

# The options of a URL that Celery reads, by its scheme.
BROKER_OPTIONS = {
    "amqp": "heartbeat=.*",
    "amqps": "heartbeat=.*",
    # % if cookiecutter.use_redis
    "redis": "",
    "rediss": "ssl_(ca_certs|certfile|keyfile|check_hostname)=.*|ssl_cert_reqs=(none|optional|required)",
    # % endif
}
# Empty, in development and in tests: tasks run in the process that enqueues them.
broker = env.url("CELERY_BROKER_URL", *(f"{scheme}://" for scheme in BROKER_OPTIONS))
if broker:
    if not broker.host or "," in broker.host:
        env.problems["CELERY_BROKER_URL"] = "must name one server"
    options = [f"{name}={value}" for name, value in broker.options.items()]
    if not all(re.fullmatch(BROKER_OPTIONS[broker.scheme], option) for option in options):
        env.refuse("CELERY_BROKER_URL")
    # Verify that the server is who it says it is: Celery by itself does not. Options of the URL override this.
    CELERY_BROKER_USE_SSL = {
        "amqps": {"server_hostname": broker.host},
        # % if cookiecutter.use_redis
        "rediss": {"ssl_cert_reqs": "required"},
        # % endif
    }.get(broker.scheme)
CELERY_BROKER_URL = broker.text if broker else ""
CELERY_TASK_ALWAYS_EAGER = not CELERY_BROKER_URL
# For every name on the broker, which other projects may use too.
QUEUE_PREFIX = "<<cookiecutter.project_slug>>."
CELERY_QUEUE_PREFIX = env.str("CELERY_QUEUE_PREFIX", QUEUE_PREFIX, (r"[A-Za-z0-9_.-]{1,100}", "a word"))

# In seconds, for tasks that declare no limits of their own: the first raises an exception, the second kills the process.
CELERY_TASK_TIME_LIMIT = env.int("CELERY_TASK_TIME_LIMIT", default=120, minimum=1)
CELERY_TASK_SOFT_TIME_LIMIT = CELERY_TASK_TIME_LIMIT * 0.8
# The broker delivers a task again that is not acknowledged by then, so none may take or wait that long.
CELERY_VISIBILITY_TIMEOUT = env.int("CELERY_VISIBILITY_TIMEOUT", default=300, minimum=1)

# Acknowledge a task when it has run: what a dying worker had, another one gets.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_RETRY_ON_WORKER_LOST = True  # and count it: see max_retries in apps.outbox.base
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True  # another worker has them by then

CELERY_TASK_IGNORE_RESULT = True  # what a task did is in the database
CELERY_TIMEZONE = env.str("TIME_ZONE", default="UTC")

# Publishing gives up soon, a worker never.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_HEARTBEAT = 20  # within a minute a worker notices that RabbitMQ is silent, and connects again

# More tasks in a queue are logged every minute.
CELERY_QUEUE_DEPTH_WARNING = env.int("CELERY_QUEUE_DEPTH_WARNING", default=1000)

# For Flower and other monitors.
CELERY_WORKER_SEND_TASK_EVENTS = CELERY_TASK_SEND_SENT_EVENT = True

EVERY_MINUTE = {"schedule": crontab(), "options": {"expires": 50}}  # not twice when the workers come back
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "lost tasks": {"task": "apps.outbox.tasks.send_overdue", **EVERY_MINUTE},
    "queue depth": {"task": "apps.outbox.tasks.watch_queues", **EVERY_MINUTE},
    "expired sessions": {"task": "apps.accounts.tasks.clear_expired_sessions", "schedule": crontab("0", "2")},
    # % if "oauth2" in cookiecutter.auth
    "expired tokens": {"task": "apps.oauth2.provider.tasks.clear_expired_tokens", "schedule": crontab("30", "2")},
    # % endif
    # % if cookiecutter.use_example
    "idempotency keys": {
        "task": "apps.idempotency.tasks.clear_expired_idempotency_keys",
        "schedule": crontab("10", "2"),
    },
    "daily digest": {
        "task": "apps.notifications.tasks.send_digests",
        "schedule": crontab("0", "8", day_of_week="mon-fri"),  # as apps.notifications.models.DUE_AT
    },
    # Sends nothing unless the one before did not run.
    "late digest": {"task": "apps.notifications.tasks.send_digests", "schedule": crontab("30")},
    # % endif
    # Yours below
}

# On RabbitMQ quorum queues survive the loss of a node and count deliveries; delayed tasks need a topic exchange.
exchange = Exchange(f"{CELERY_QUEUE_PREFIX}tasks", type="topic")
arguments: dict[str, Any] | None = {"x-queue-type": "quorum", "x-delivery-limit": 3}
# Seconds until a worker or beat gives up on an answer that does not come.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"confirm_publish": True, "read_timeout": 10}
# % if cookiecutter.use_redis
if broker and broker.scheme.startswith("redis"):
    exchange = Exchange(f"{CELERY_QUEUE_PREFIX}tasks", type="direct")
    arguments = None
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": CELERY_VISIBILITY_TIMEOUT,
        # Look every second for tasks that were not acknowledged in time, not every 100 seconds.
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "unacked_key": f"{CELERY_QUEUE_PREFIX}unacked",
        "unacked_index_key": f"{CELERY_QUEUE_PREFIX}unacked-index",
        "unacked_mutex_key": f"{CELERY_QUEUE_PREFIX}unacked-mutex",
        "socket_timeout": 10,
        "socket_connect_timeout": 1,
        "socket_keepalive": True,
    }
    # The schedule is in the broker: it survives a restart, and of several beats one is active. Never in the cache's
    # server, which forgets what it has no room for: then it is in a file.
    cache_url = env.url("CACHE_URL", "redis://", "rediss://")
    if not cache_url or (cache_url.host, cache_url.port or "6379") != (broker.host, broker.port or "6379"):
        CELERY_BEAT_SCHEDULER = "redbeat.RedBeatScheduler"
        CELERY_REDBEAT_REDIS_URL = CELERY_BROKER_URL
        CELERY_REDBEAT_REDIS_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 5, "socket_keepalive": True}
        CELERY_REDBEAT_KEY_PREFIX = f"{CELERY_QUEUE_PREFIX}redbeat:"
        # When the active beat dies, another takes over after the second of these, in seconds.
        CELERY_BEAT_MAX_LOOP_INTERVAL = 5
        CELERY_REDBEAT_LOCK_TIMEOUT = 30
# % endif
# Tasks name these queues without the prefix.
CELERY_TASK_QUEUES = [
    Queue(CELERY_QUEUE_PREFIX + name, exchange, CELERY_QUEUE_PREFIX + name, alias=name, queue_arguments=arguments)
    for name in ("default", "notifications", "maintenance")
]
CELERY_TASK_DEFAULT_QUEUE = f"{CELERY_QUEUE_PREFIX}default"
CELERY_CONTROL_EXCHANGE = f"{CELERY_QUEUE_PREFIX}control"
CELERY_EVENT_EXCHANGE = f"{CELERY_QUEUE_PREFIX}events"
