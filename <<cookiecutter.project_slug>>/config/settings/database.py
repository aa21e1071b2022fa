"""The database: SQLite in a file until DATABASE_URL names another. docs/database.md explains the variables."""

from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn

from config.settings.env import BASE_DIR, SECONDS, URL, env

# pgbouncer in transaction mode keeps no session settings: the role carries the time limits then.
BEHIND_PGBOUNCER = env.bool("DATABASE_PGBOUNCER", default=False)

POOL_MAX = env.int("DATABASE_POOL_MAX", default=0, maximum=1000)
STATEMENT_TIMEOUT = float(env.str("DATABASE_STATEMENT_TIMEOUT", "30", SECONDS))

PREFIXES = ("postgres://", "postgresql://", "sqlite://")
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",  # writers queue at BEGIN instead of failing half-way
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
# Types of options in the URL: Django's, and libpq's numbers.
DJANGO_OPTIONS = {"assume_role": str, "prepare_threshold": int, "server_side_binding": bool}
LIBPQ_NUMBERS = ("connect_timeout", "keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval")
OPTION_TYPES = {**DJANGO_OPTIONS, **dict.fromkeys((*LIBPQ_NUMBERS, "tcp_user_timeout"), int)}


def are_valid(options: dict[str, Any]) -> bool:
    """Return whether Django and libpq know these options and accept their values."""
    libpq = {name: value for name, value in options.items() if name not in DJANGO_OPTIONS}
    try:  # libpq reads all options before it tries to connect to a socket that cannot exist
        conninfo = make_conninfo(**libpq | {"host": "/dev/null/socket", "hostaddr": None})
    except ProgrammingError:
        return False
    typed = all(type(value) is OPTION_TYPES.get(name, type(value)) for name, value in options.items())
    return typed and b"/dev/null/socket" in PGconn.connect_start(conninfo.encode()).error_message


def database(name: str, url: URL | None) -> dict[str, Any]:
    """Return Django's settings for the database at `url`, the variable `name`; without one, for the SQLite file."""
    if not url or url.scheme == "sqlite":
        if url and (url.host or not url.path):
            env.problems[name] = "must have its path after sqlite:///, an absolute one after sqlite:////"
        if url and url.options.keys() - {"timeout"}:
            env.refuse(name)
        path = url.path if url else BASE_DIR / "db.sqlite3"
        options = {**SQLITE_OPTIONS, **(url.options if url else {})}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options}
    if not url.path:
        env.problems[name] = "must name a database"
    if not are_valid(url.options):
        env.refuse(name)
    # Seconds to connect; milliseconds after which a connection is lost whose other end does not acknowledge.
    options = {"connect_timeout": 3, "tcp_user_timeout": 10_000, **url.options}
    if POOL_MAX:
        options["pool"] = {
            "min_size": min(2, POOL_MAX),
            "max_size": POOL_MAX,
            "timeout": 3,
            "max_waiting": 10 * POOL_MAX,
            "reconnect_timeout": 3,  # else the pauses between attempts grow without a bound
            # Try again. The pool itself would wait for a request, and accepts none while `max_waiting` is reached.
            "reconnect_failed": lambda pool: pool.check(),
        }
    if not BEHIND_PGBOUNCER:
        limits = f"-c statement_timeout={STATEMENT_TIMEOUT * 1000:.0f} -c idle_in_transaction_session_timeout=60000"
        options["options"] = f"{limits} {url.options.get('options', '')}".strip()
    return {
        "ENGINE": "apps.database.postgresql",
        "NAME": url.path,
        "USER": url.user,
        "PASSWORD": url.password,
        "HOST": url.host,
        "PORT": url.port,
        "CONN_MAX_AGE": 0 if POOL_MAX else 60,  # a pool keeps the connections itself
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": BEHIND_PGBOUNCER,
        "OPTIONS": options,
    }


DATABASES = {"default": database("DATABASE_URL", env.url("DATABASE_URL", *PREFIXES))}

# How long a migration waits for a lock before it lets traffic pass and tries again. More than PostgreSQL's
# deadlock_timeout (1s), after which an autovacuum gives way.
ZERO_DOWNTIME_MIGRATIONS_LOCK_TIMEOUT = "2s"
ZERO_DOWNTIME_MIGRATIONS_STATEMENT_TIMEOUT = "2s"
# Steps without exclusive locks (CREATE INDEX CONCURRENTLY, VALIDATE CONSTRAINT) may take longer.
ZERO_DOWNTIME_MIGRATIONS_FLEXIBLE_STATEMENT_TIMEOUT = True
# A migration that failed half-way can be run again.
ZERO_DOWNTIME_MIGRATIONS_IDEMPOTENT_SQL = True
