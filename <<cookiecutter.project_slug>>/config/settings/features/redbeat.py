"""The clock in Redis: it knows after a restart what is overdue, and of several beats one works."""

from config.settings.env import env
from config.settings.features.celery import CELERY_QUEUE_PREFIX

# The broker, if it is one, else the cache. Without either, Celery's own clock keeps its state in a file.
urls = [env.str("CELERY_BROKER_URL", default=""), env.str("CACHE_URL", default="")]
if redis_url := next((url for url in urls if url.startswith(("redis://", "rediss://"))), ""):
    CELERY_BEAT_SCHEDULER = "redbeat.RedBeatScheduler"
    CELERY_REDBEAT_REDIS_URL = redis_url
    CELERY_REDBEAT_REDIS_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 5, "socket_keepalive": True}
    CELERY_REDBEAT_KEY_PREFIX = f"{CELERY_QUEUE_PREFIX}redbeat:"
    # When the beat that works dies, another takes over after the second of these, in seconds.
    CELERY_BEAT_MAX_LOOP_INTERVAL = 5
    CELERY_REDBEAT_LOCK_TIMEOUT = 30
