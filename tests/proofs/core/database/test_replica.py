"""Two databases: what a client reads after it wrote. The replica here never catches up, the worst that can happen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from apps.accounts.models import User
from apps.database.replica import COOKIE, REPLICA, ReplicaRouter, primary_after_write
from tests.authentication import authenticate_somehow

pytestmark = pytest.mark.django_db(transaction=True)

ME = "/api/v1/users/me/"


@pytest.fixture
def replica(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """A second database with tables of its own, in which the middleware and router of a replica read."""
    config = connections.configure_settings(
        {"default": {}, REPLICA: {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "replica.sqlite3"}}
    )[REPLICA]
    connection = DatabaseWrapper(config, REPLICA)
    connection.connect()  # before its name is known: Django's tests may open no databases but those they declare
    connections[REPLICA] = connection
    connections.settings[REPLICA] = config
    with connections[REPLICA].schema_editor() as editor:
        for model in (User, Session, Group):
            editor.create_model(model)
    settings.DATABASE_ROUTERS = ["apps.database.replica.ReplicaRouter"]
    settings.MIDDLEWARE = ["apps.database.replica.primary_after_write", *settings.MIDDLEWARE]
    yield
    connections[REPLICA].close()
    del connections[REPLICA]
    del connections.settings[REPLICA]


@pytest.fixture
def client(replica: None, user: User) -> Client:
    """Somebody signed in long ago: the replica knows the user, by an old name, and the session."""
    client = Client()
    authenticate_somehow(client, user)
    for found in (user, Session.objects.get()):
        found.save(using=REPLICA, force_insert=True)
    User.objects.using(REPLICA).update(name="Old")
    return client


def name_seen_by(client: Client) -> str:
    return str(client.get(ME).json()["name"])


def test_a_client_that_only_reads_is_served_by_the_replica(client: Client) -> None:
    assert name_seen_by(client) == "Old"


def test_a_request_that_writes_answers_with_what_it_wrote(client: Client) -> None:
    response = client.patch(ME, {"name": "New"}, content_type="application/json")

    assert response.json()["name"] == "New"


def test_after_its_write_a_client_reads_from_the_primary_until_the_replica_has_caught_up(client: Client) -> None:
    client.patch(ME, {"name": "New"}, content_type="application/json")

    assert name_seen_by(client) == "New"
    assert client.cookies[COOKIE]["max-age"] == django_settings.REPLICA_LAG_SECONDS

    del client.cookies[COOKIE]  # as a browser does when its time is over
    assert name_seen_by(client) == "Old"


def test_other_clients_still_read_from_the_replica(client: Client, user: User) -> None:
    client.patch(ME, {"name": "New"}, content_type="application/json")
    other = Client()
    other.defaults.update(client.defaults)
    for name, cookie in client.cookies.items():
        if name != COOKIE:
            other.cookies[name] = cookie.value

    assert name_seen_by(other) == "Old"


def served(view: object, request: HttpRequest | None = None) -> HttpResponse:
    response = primary_after_write(view)(request or RequestFactory().get("/"))
    assert isinstance(response, HttpResponse)
    return response


def test_within_a_request_reads_follow_the_first_write(replica: None, user: User) -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(User.objects.count())
        User.objects.update(name="New")
        seen.append(User.objects.count())
        return HttpResponse()

    response = served(view)

    assert seen == [0, 1]
    assert COOKIE in response.cookies


def test_a_transaction_reads_from_the_primary(replica: None, user: User) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            assert User.objects.count() == 1
        assert User.objects.count() == 0
        return HttpResponse()

    assert COOKIE not in served(view).cookies


def test_outside_of_requests_everything_happens_on_the_primary(replica: None, user: User) -> None:
    User.objects.update(name="New")

    assert User.objects.get().name == "New"


def test_objects_of_both_databases_may_be_related_but_only_the_primary_is_migrated(replica: None, user: User) -> None:
    user.groups.add(Group.objects.create(name="editors"))

    router = ReplicaRouter()
    assert router.allow_migrate("default", "accounts") is True
    assert router.allow_migrate(REPLICA, "accounts") is False
    assert router.allow_relation(user, user) is True
