"""Schema changes on a table that is in use."""

import time
from contextlib import nullcontext
from threading import Event

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import close_old_connections, connection, models, transaction
from django.db.utils import OperationalError, ProgrammingError
from django.http import HttpRequest
from pytest_django import Settings

from apps.accounts.models import User
from apps.database.management.commands.migrate import LOCK
from apps.database.postgresql import base
from apps.observability.context import current_request
from proofs.postgresql import Threads, on_postgresql

pytestmark = [on_postgresql, pytest.mark.django_db(transaction=True)]

nickname = models.CharField(max_length=10, null=True)
nickname.set_attributes_from_name("nickname")


def columns() -> set[str]:
    with connection.cursor() as cursor:
        return {column.name for column in connection.introspection.get_table_description(cursor, "accounts_user")}


def add_nickname() -> None:
    with connection.schema_editor() as editor:
        editor.add_field(User, nickname)


class Reader:
    """Somebody whose transaction reads the table, until told to stop."""

    def __init__(self, threads: Threads) -> None:
        self.reading, self.stop = Event(), Event()
        self.thread = threads.submit(self.read)
        assert self.reading.wait(timeout=30)

    def read(self) -> None:
        with transaction.atomic():
            User.objects.exists()
            self.reading.set()
            self.stop.wait(timeout=30)

    def leave(self) -> None:
        self.stop.set()
        self.thread.result()


@pytest.fixture(autouse=True)
def _short_wait(settings: Settings) -> None:
    settings.ZERO_DOWNTIME_MIGRATIONS_LOCK_TIMEOUT = "50ms"


def test_a_step_that_gets_no_lock_lets_the_traffic_pass_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with Threads() as threads:
        reader = Reader(threads)
        monkeypatch.setattr("time.sleep", lambda seconds: reader.leave())
        add_nickname()

    assert "nickname" in columns()
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith('No lock, trying again in 0.5 s: ALTER TABLE "accounts')
    with connection.schema_editor() as editor:
        editor.remove_field(User, nickname)


def test_a_step_that_gives_way_in_a_deadlock_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE box (id int PRIMARY KEY); CREATE TABLE thing (box int); INSERT INTO box VALUES (1)"
        )
    changed = Event()

    def change_both() -> None:
        """Lock the tables in the other order; the step, which waits first, notices the deadlock first."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE box SET id = id")
            changed.set()
            time.sleep(0.5)
            cursor.execute("INSERT INTO thing VALUES (1)")

    try:
        with Threads() as threads:
            traffic = threads.submit(change_both)
            assert changed.wait(timeout=30)
            with connection.schema_editor() as editor:
                editor.execute("ALTER TABLE thing ADD FOREIGN KEY (box) REFERENCES box (id) NOT VALID")
            traffic.result()
        assert caplog.messages[0].startswith("No lock, trying again in 0.5 s: ALTER TABLE thing")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE thing, box")


def test_a_step_that_never_gets_its_lock_fails_and_leaves_the_table_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "LOCK_RETRY_PAUSES", (0, 0))
    with Threads() as threads:
        reader = Reader(threads)
        try:
            with pytest.raises(OperationalError, match="lock timeout"):
                add_nickname()
        finally:
            reader.leave()
            connection.close()  # with the time limits of the step that failed

    assert "nickname" not in columns()


def test_any_other_error_is_raised_at_once() -> None:
    with pytest.raises(ProgrammingError, match="nowhere"), connection.schema_editor() as editor:
        editor.execute("SELECT * FROM nowhere")


def test_a_migrate_beside_another_says_so_and_waits_for_its_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    held, release = Event(), Event()

    def migrate_elsewhere() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", LOCK)
            held.set()
            release.wait(timeout=30)
            cursor.execute("SELECT pg_advisory_unlock(%s)", LOCK)

    with Threads() as threads:
        other = threads.submit(migrate_elsewhere)
        assert held.wait(timeout=30)

        def let_go(seconds: float) -> None:
            release.set()
            other.result()

        monkeypatch.setattr("time.sleep", let_go)
        call_command("migrate", verbosity=0)

    assert release.is_set()
    assert capsys.readouterr().err == "Another migrate is running: waiting for its end.\n"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        )
        assert cursor.fetchone() == (0,)


def test_a_migrate_whose_connection_is_lost_says_only_that(monkeypatch: pytest.MonkeyPatch) -> None:
    def lose_connection(*args: object, **options: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(migrate.Command, "handle", lose_connection)
    try:
        with pytest.raises(OperationalError, match="administrator command"):
            call_command("migrate")
    finally:
        connection.close()


@pytest.mark.parametrize("atomic", [False, True])
def test_in_a_request_a_server_that_says_nothing_is_given_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, *, atomic: bool
) -> None:
    """pg_sleep without a limit stands for a server that is frozen and cannot keep its own."""
    settings.STATEMENT_TIMEOUT = 0.1
    monkeypatch.setattr(base, "SECONDS_OF_GRACE", 0.4)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_sleep(0.6)")  # no request: a migration may take long

    token = current_request.set(HttpRequest())
    try:
        start = time.monotonic()
        with (
            pytest.raises(OperationalError),
            transaction.atomic() if atomic else nullcontext(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT pg_sleep(2)")
        assert time.monotonic() - start < 1.5
        close_old_connections()  # as between two requests
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
    finally:
        current_request.reset(token)
    time.sleep(1.6)  # until the server has noticed, or its database cannot be dropped


def test_a_connection_of_the_pool_is_bounded_before_its_first_use(settings: Settings) -> None:
    """The pool asks whether it still works, of a server that may be frozen by then."""
    name = str(connection.settings_dict["NAME"])
    options = {**connection.settings_dict["OPTIONS"], "pool": {"min_size": 1, "max_size": 1}}
    pooled = connection.copy("pooled")
    pooled.settings_dict |= {"NAME": name, "CONN_MAX_AGE": 0, "OPTIONS": options}
    try:
        pooled.pool.open(wait=True)
        with pooled.pool.connection() as made:
            assert isinstance(made, base.BoundedConnection)
    finally:
        pooled.close_pool()
