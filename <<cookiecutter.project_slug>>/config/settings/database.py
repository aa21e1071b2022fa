"""The database: SQLite in a file until DATABASE_URL names another. docs/database.md explains the variables."""

from typing import Any

from config.settings.env import BASE_DIR, URL, Kind, env

# pgbouncer in transaction mode stands between us and the server. It knows no settings of a session: the role carries
# the time limits then. Prepared statements, which it does not know either, Django leaves off by itself.
BEHIND_PGBOUNCER = env.bool("DATABASE_PGBOUNCER", default=False)

POOL_MAX = env.int("DATABASE_POOL_MAX", default=0, maximum=1000)
POOL_MIN = env.int("DATABASE_POOL_MIN", default=min(2, POOL_MAX), maximum=1000)
# Seconds that a request waits for a connection of the pool before it fails.
POOL_TIMEOUT = env.float("DATABASE_POOL_TIMEOUT", default=3)
CONN_MAX_AGE = env.int("DATABASE_CONN_MAX_AGE", default=0 if POOL_MAX else 60)
if POOL_MAX and CONN_MAX_AGE:
    env.problems["DATABASE_CONN_MAX_AGE"] = "and DATABASE_POOL_MAX exclude each other: a pool keeps the connections"
if POOL_MIN > POOL_MAX > 0:
    env.problems["DATABASE_POOL_MIN"] = "must not exceed DATABASE_POOL_MAX"
STATEMENT_TIMEOUT = env.float("DATABASE_STATEMENT_TIMEOUT", default=30)
IDLE_TRANSACTION_TIMEOUT = env.float("DATABASE_IDLE_TRANSACTION_TIMEOUT", default=60)

BEGINNINGS = ("postgres://", "postgresql://", "sqlite://")
SQLITE_OPTIONS: dict[str, Any] = {
    # Writers queue at BEGIN instead of failing half-way through a transaction.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # Readers go on while one writes.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
POSTGRESQL_OPTIONS: dict[str, Any] = {
    # Seconds to connect, and milliseconds until a connection counts as lost whose other end has fallen silent.
    "connect_timeout": 3,
    "tcp_user_timeout": 10_000,
}


def database(name: str, url: URL | None) -> dict[str, Any]:
    """Return Django's settings for the database at `url`, the variable `name`; without one, for the SQLite file."""
    if not url or url.scheme == "sqlite":
        path = (url.path or ":memory:") if url else BASE_DIR / "db.sqlite3"
        options = {**SQLITE_OPTIONS, **(url.options if url else {})}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options}
    if not url.path:
        env.problems[name] = "must name a database"
    options = {**POSTGRESQL_OPTIONS, **url.options}
    if POOL_MAX:
        options["pool"] = {
            "min_size": POOL_MIN,
            "max_size": POOL_MAX,
            "timeout": POOL_TIMEOUT,
            "max_waiting": 10 * POOL_MAX,
            "reconnect_timeout": 3,  # then it begins again, instead of waiting longer and longer between attempts
        }
    if not BEHIND_PGBOUNCER:
        options["options"] = (
            f"-c statement_timeout={int(1000 * STATEMENT_TIMEOUT)} "
            f"-c idle_in_transaction_session_timeout={int(1000 * IDLE_TRANSACTION_TIMEOUT)} {url.options.get('options', '')}"
        ).strip()
    return {
        "ENGINE": "apps.database.postgresql",
        "NAME": url.path,
        "USER": url.user,
        "PASSWORD": url.password,
        "HOST": url.host,
        "PORT": url.port,
        "CONN_MAX_AGE": CONN_MAX_AGE,
        "CONN_HEALTH_CHECKS": True,
        # A cursor on the server outlives the transaction in which pgbouncer lends a connection.
        "DISABLE_SERVER_SIDE_CURSORS": BEHIND_PGBOUNCER,
        "OPTIONS": options,
    }


DATABASES = {"default": database("DATABASE_URL", env.url("DATABASE_URL", *BEGINNINGS))}
DATABASE_ROUTERS: list[str] = []
REPLICA_MIDDLEWARE: list[str] = []
if replica_url := env.url("DATABASE_REPLICA_URL", *BEGINNINGS):  # lower case: no setting, it holds a password
    DATABASES["replica"] = {**database("DATABASE_REPLICA_URL", replica_url), "TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["apps.database.replica.ReplicaRouter"]
    REPLICA_MIDDLEWARE = ["apps.database.replica.primary_after_write"]

# A client that wrote reads from the primary for so long: more than the replica ever lags behind.
REPLICA_LAG_SECONDS = env.int("DATABASE_REPLICA_LAG_SECONDS", default=10)

DURATION = Kind(r"[0-9]{1,6}(ms|s|min)", "a time such as 2s")
# A migration waits no longer than this for a lock, as all that comes after it waits too, then lets the traffic pass
# and tries again. More than PostgreSQL's deadlock_timeout (1s), after which an autovacuum makes way.
ZERO_DOWNTIME_MIGRATIONS_LOCK_TIMEOUT = env.str("MIGRATION_LOCK_TIMEOUT", "2s", DURATION)
# Steps that lock a table against reading are quick; one that is not would stop the site.
ZERO_DOWNTIME_MIGRATIONS_STATEMENT_TIMEOUT = env.str("MIGRATION_STATEMENT_TIMEOUT", "2s", DURATION)
# Steps that lock nothing (CREATE INDEX CONCURRENTLY, VALIDATE CONSTRAINT) take as long as they take.
ZERO_DOWNTIME_MIGRATIONS_FLEXIBLE_STATEMENT_TIMEOUT = True
# The steps are not one transaction: a migration that failed half-way is run again and leaves out what is done.
ZERO_DOWNTIME_MIGRATIONS_IDEMPOTENT_SQL = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
