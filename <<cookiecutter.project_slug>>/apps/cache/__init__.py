"""Cache backends that survive an outage of their server, and the counters they share."""

from prometheus_client import Counter

GETS = Counter("cache_gets", "Values requested from the cache server, by result.", ["result"])
HIT, MISS = GETS.labels("hit"), GETS.labels("miss")
ERRORS = Counter("cache_errors", "Failed operations of the cache server.")
