"""The database: SQLite in a file until DATABASE_URL names another. docs/database.md explains the variables."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings.env import BASE_DIR, env

SQLITE_OPTIONS: dict[str, Any] = {
    # Writers queue at BEGIN instead of failing half-way through a transaction.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # Readers go on while one writes.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def database(url: str) -> dict[str, Any]:
    """Django's settings for the database at `url` (empty: the project's SQLite file)."""
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3", "OPTIONS": SQLITE_OPTIONS}
    config: dict[str, Any] = env.db_url_config(url)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        return {**config, "OPTIONS": {**SQLITE_OPTIONS, **config.get("OPTIONS", {})}}
    if config["ENGINE"] == "django.db.backends.postgresql":
        return postgresql(config)
    return config


def postgresql(config: dict[str, Any]) -> dict[str, Any]:
    """Complete `config`, read from a URL, by what the environment says about connections.

    Raises:
        ImproperlyConfigured: a pool and persistent connections at once.
    """
    pool_max = env.int("DATABASE_POOL_MAX", default=0)
    max_age = env.int("DATABASE_CONN_MAX_AGE", default=0 if pool_max else 60)
    if pool_max and max_age:
        raise ImproperlyConfigured(
            f"DATABASE_CONN_MAX_AGE={max_age} and DATABASE_POOL_MAX={pool_max} exclude each other: "
            "a pool keeps the connections itself. Leave one of them out."
        )
    options: dict[str, Any] = {**config.get("OPTIONS", {})}
    if pool_max:
        options["pool"] = {
            "min_size": env.int("DATABASE_POOL_MIN", default=min(2, pool_max)),
            "max_size": pool_max,
            # Seconds that a request waits for a connection before it fails.
            "timeout": env.float("DATABASE_POOL_TIMEOUT", default=10),
        }
    if not BEHIND_PGBOUNCER:
        statement_ms = int(1000 * env.float("DATABASE_STATEMENT_TIMEOUT", default=30))
        idle_ms = int(1000 * env.float("DATABASE_IDLE_TRANSACTION_TIMEOUT", default=60))
        limits = f"-c statement_timeout={statement_ms} -c idle_in_transaction_session_timeout={idle_ms}"
        options["options"] = f"{limits} {options.get('options', '')}".strip()
    return {
        **config,
        "ENGINE": "apps.database.postgresql",
        "CONN_MAX_AGE": max_age,
        "CONN_HEALTH_CHECKS": True,
        # A cursor on the server outlives the transaction in which pgbouncer lends a connection.
        "DISABLE_SERVER_SIDE_CURSORS": BEHIND_PGBOUNCER,
        "OPTIONS": options,
    }


# pgbouncer in transaction mode stands between us and the server. It knows no settings of a session: the role carries
# the time limits then. Prepared statements, which it does not know either, Django leaves off by itself.
BEHIND_PGBOUNCER = env.bool("DATABASE_PGBOUNCER", default=False)

DATABASES = {"default": database(env.str("DATABASE_URL", default=""))}
DATABASE_ROUTERS: list[str] = []
REPLICA_MIDDLEWARE: list[str] = []
if replica_url := env.str("DATABASE_REPLICA_URL", default=""):  # lower case: no setting, it may hold a password
    DATABASES["replica"] = {**database(replica_url), "TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["apps.database.replica.ReplicaRouter"]
    REPLICA_MIDDLEWARE = ["apps.database.replica.primary_after_write"]

# A client that wrote reads from the primary for so long: more than the replica ever lags behind.
REPLICA_LAG_SECONDS = env.int("DATABASE_REPLICA_LAG_SECONDS", default=10)

# A migration waits no longer than this for a lock, as all that comes after it waits too, then lets the traffic pass
# and tries again. More than PostgreSQL's deadlock_timeout (1s), after which an autovacuum makes way.
ZERO_DOWNTIME_MIGRATIONS_LOCK_TIMEOUT = env.str("MIGRATION_LOCK_TIMEOUT", default="2s")
# Steps that lock a table against reading are quick; one that is not would stop the site.
ZERO_DOWNTIME_MIGRATIONS_STATEMENT_TIMEOUT = env.str("MIGRATION_STATEMENT_TIMEOUT", default="2s")
# Steps that lock nothing (CREATE INDEX CONCURRENTLY, VALIDATE CONSTRAINT) take as long as they take.
ZERO_DOWNTIME_MIGRATIONS_FLEXIBLE_STATEMENT_TIMEOUT = True
# The steps are not one transaction: a migration that failed half-way is run again and leaves out what is done.
ZERO_DOWNTIME_MIGRATIONS_IDEMPOTENT_SQL = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
