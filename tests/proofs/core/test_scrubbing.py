"""Secrets and personal data leave the process nowhere."""

import gzip
import json
import threading
from collections import deque
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from time import perf_counter
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy

from apps.observability.scrubbing import SCRUBBED, scrub, scrub_text
from proofs.config.test_production import GOOD, run
from proofs.core.sinks import CANARY, SECRETS


class Collector(ThreadingHTTPServer):
    """Stands in for Sentry and for an OpenTelemetry collector: keeps what it is sent, by path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Keep)
        self.received: dict[str, str] = {}

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class Keep(BaseHTTPRequestHandler):
    """Keeps the body of each POST."""

    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.received[self.path] = self.server.received.get(self.path, "") + body.decode(errors="replace")
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the standard library
        """Say nothing."""


@pytest.fixture(scope="module")
def sinks() -> dict[str, str]:
    """Return all that a process told each sink about a request full of secrets."""
    with Collector() as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        environment = {
            **GOOD,
            "DATABASE_URL": "sqlite:///:memory:",
            "TRUST_X_FORWARDED_PROTO": "true",
            "SENTRY_DSN": f"http://public@{collector.address}/1",
            "SENTRY_TRACES_SAMPLE_RATE": "1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{collector.address}",
        }
        done = run("-W", "ignore", "-m", "proofs.core.sinks", **environment)
        collector.shutdown()
    assert done.returncode == 0, done.stderr
    return {"logs": done.stderr, "mails and metrics": done.stdout, **collector.received}


def test_every_sink_got_something(sinks: dict[str, str]) -> None:
    assert set(sinks) == {"logs", "mails and metrics", "/api/1/envelope/", "/v1/traces"}
    for sink in ("logs", "/api/1/envelope/", "/v1/traces"):
        assert CANARY in sinks[sink], sink
        assert SCRUBBED in sinks[sink], sink
    assert "1.0 requests" in sinks["mails and metrics"]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_in_none_of_them(sinks: dict[str, str], secret: str) -> None:
    assert [sink for sink, text in sinks.items() if SECRETS[secret] in text] == []


def test_breadcrumbs_reach_sentry_in_the_order_of_their_times(sinks: dict[str, str]) -> None:
    events = [json.loads(line) for line in sinks["/api/1/envelope/"].splitlines() if '"breadcrumbs"' in line]
    times = [crumb["timestamp"] for crumb in events[-1]["breadcrumbs"]["values"]]

    assert len(times) > 1
    assert times == sorted(times)
    assert datetime.fromisoformat(times[0]).tzinfo


def test_errors_are_not_mailed(sinks: dict[str, str]) -> None:
    assert sinks["mails and metrics"].startswith("[]\n")


RANDOM = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
KEYS = [
    *(f"sk-{RANDOM}", f"sk-proj-{RANDOM}_Ab-9", f"sk-ant-api03-{RANDOM}-AA", f"sk-or-v1-{RANDOM}", f"gsk_{RANDOM}"),
    *(f"SG.{RANDOM[:22]}.{RANDOM}", f"key-{RANDOM}", f"xkeysib-{RANDOM}", f"SK{RANDOM}", f"npm_{RANDOM}abcd"),
    *(
        f"hf_{RANDOM}",
        f"dop_v1_{RANDOM * 2}",
        f"pypi-AgEIcHlwaS5vcmc{RANDOM * 2}",
        f"dckr_pat_{RANDOM}",
        f"hvs.{RANDOM}",
    ),
    *(
        f"shpat_{RANDOM}",
        f"whsec_{RANDOM}",
        f"sk_test_{RANDOM}",
        f"rk_live_{RANDOM}",
        f"GOCSPX-{RANDOM}",
        f"gldt-{RANDOM}",
    ),
    *(f"xapp-1-A0123-{RANDOM}", f"xoxb-{RANDOM}", f"glpat-{RANDOM}", f"ghp_{RANDOM}", f"ASIA{RANDOM[:16].upper()}"),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("password=hunter2 for Ada", "password=[scrubbed] for Ada"),
        ("{'new_password': 'hun ter2', 'page': 1}", "{'new_password': [scrubbed], 'page': 1}"),
        ('{"access_token": "abc", "n": 3}', '{"access_token": [scrubbed], "n": 3}'),
        ("Cookie: sessionid=abc; csrftoken=def", "Cookie: [scrubbed]"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: [scrubbed]"),
        ("sent Bearer abcdefgh", "sent Bearer [scrubbed]"),
        ("/callback?code=abc&next=/", "/callback?code=[scrubbed]&next=/"),
        ("smtp://:secret@mail:587/0", "smtp://[scrubbed]@mail:587/0"),
        ("eyJhbGciOi.eyJzdWIi.c2ln expired", "[scrubbed] expired"),
        ("4111-1111-1111-1111 declined", "[scrubbed] declined"),
        ("mail to ada@example.com failed", "mail to [scrubbed] failed"),
        ("pwd=hunter2 PWD: hunter2", "pwd=[scrubbed] PWD: [scrubbed]"),
        ("dsn postgres://u:p@ss@host/db down", "dsn postgres://[scrubbed]@host/db down"),
        ("amqp://u:p:w@x@y@mq:5672//", "amqp://[scrubbed]@mq:5672//"),
        ("AKIAIOSFODNN7EXAMPLE denied", "[scrubbed] denied"),
        ("maps/AIzaSyD-1234567890abcdefghijklmnopqrstu/x", "maps/[scrubbed]/x"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789 revoked", "[scrubbed] revoked"),
        ("github_pat_11ABCDEFG0abcdefghijkl revoked", "[scrubbed] revoked"),
        ("glpat-abcdefghij1234567890 revoked", "[scrubbed] revoked"),
        ("pass=hunter2 DB_PASS=hunter2 dbpass: hunter2", "pass=[scrubbed] DB_PASS=[scrubbed] dbpass: [scrubbed]"),
        ('{"pass": "hun ter2", "passcode": 1234}', '{"pass": [scrubbed], "passcode": [scrubbed]}'),
        (
            "https://a.blob.core.windows.net/b?sv=2025&sig=ab%2Fcd",
            "https://a.blob.core.windows.net/b?sv=2025&sig=[scrubbed]",
        ),
        *((f"sent {key} twice", "sent [scrubbed] twice") for key in KEYS),
        ("AccountKey=abcd1234==;EndpointSuffix=core", "AccountKey=[scrubbed]"),
        (r'"{\"password\": \"hunter 2\", \"a\": 1}"', r'"{\"password\": [scrubbed], \"a\": 1}"'),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\nvQ==\n-----END PRIVATE KEY-----\nbad", "[scrubbed]\nbad"),
        ("cut -----BEGIN RSA PRIVATE KEY-----\nDEK-Info: AES-256\n\nMIIEvQ", "cut [scrubbed]"),
    ],
)
def test_what_looks_like_a_secret_is_replaced(text: str, expected: str) -> None:
    assert scrub_text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "request",
        "/api/v1/users/7/",
        "order 4111111111111112 shipped",  # no card: its check digit is wrong
        "2026-11-24T17:20:40.130092Z",
        "b9cdf989-6ca3-4294-862f-b63973ffcd30",
        'SELECT "users"."password", "users"."email" FROM "users" WHERE "users"."id" = %s',
        "code: invalid, status=200",
        "passenger=7 bypass=1 compass: north, overpass=no, passed: 9, pass_count=3, encompass=all",
        "task-assessment-of-a-long-name-2, sk-a-slug-about-slovak-things, risk-0123456789abcdef0123456789",
        "monkey-0123456789abcdef0123456789abcdef, SKU0123456789, key-value store, pypi-mirror, SG.1.2, npm_config_cache, global-configuration-of-everything",
    ],
)
def test_what_does_not_is_left_alone(text: str) -> None:
    assert scrub_text(text) == text


def test_values_are_replaced_by_their_names_however_deep() -> None:
    event = {
        "headers": [{"Cookie": "a=b", "Host": "example.com"}],
        "card": 4111111111111111,
        "count": 4111111111111112,
        "csrf_token": None,
        "ratio": 0.5,
        "paid": True,
        "error": ValueError("token=abc"),
        "at": datetime(2026, 11, 24, 17, 20, tzinfo=UTC),
        "on": date(2026, 11, 24),
        "price": Decimal("1.10"),
        "id": UUID(int=7),
        "body": b"password=hunter2",
        "broken": b"\xff",
        ("ada@example.com", 1): "one",
    }

    assert scrub(event) == {
        "headers": [{"Cookie": SCRUBBED, "Host": "example.com"}],
        "card": SCRUBBED,
        "count": 4111111111111112,
        "csrf_token": None,
        "ratio": 0.5,
        "paid": True,
        "error": "ValueError('token=[scrubbed]')",
        "at": "2026-11-24T17:20:00+00:00",
        "on": "2026-11-24",
        "price": "1.10",
        "id": "00000000-0000-0000-0000-000000000007",
        "body": "password=[scrubbed]",
        "broken": "\N{REPLACEMENT CHARACTER}",
        "('[scrubbed]', 1)": "one",
    }


class Unspeakable:
    """An object of which nothing can be told."""

    def __repr__(self) -> str:
        raise RuntimeError("password=hunter2")

    def __bool__(self) -> bool:
        raise RuntimeError("password=hunter2")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 11, 24, 17, 20, 1, 5, tzinfo=timezone(timedelta(hours=2))), "2026-11-24T17:20:01.000005+02:00"),
        (time(8, 30), "08:30:00"),
        (timedelta(days=1, seconds=5), "1 day, 0:00:05"),
        (Decimal("NaN"), "NaN"),
        (Decimal("1E+30"), "1E+30"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (UUID(int=2**128 - 1), "ffffffff-ffff-ffff-ffff-ffffffffffff"),
        (bytearray(b"pwd=hunter2"), "pwd=[scrubbed]"),
        (memoryview(b"token: hunter2"), "token: [scrubbed]"),
        (deque([Decimal("0.1"), {UUID(int=1)}]), ["0.1", ["00000000-0000-0000-0000-000000000001"]]),
        (frozenset([b"x"]), ["x"]),
        (PurePosixPath("/home/ada@example.com"), "/home/[scrubbed]"),
        (gettext_lazy("Password") + "", "Password"),
        (gettext_lazy("Password"), "Password"),
        (Unspeakable(), "[Unspeakable]"),
        ({Unspeakable(): 1}, {"[Unspeakable]": 1}),
        ({"password": Unspeakable()}, {"password": SCRUBBED}),
        (
            {b"token": "hunter2", datetime(2026, 1, 1, tzinfo=UTC): 1},
            {"token": SCRUBBED, "2026-01-01T00:00:00+00:00": 1},
        ),
        (10**5000, "[int]"),
        (ValueError(b"password=hunter2"), "ValueError(b'password=[scrubbed]')"),
        (TimeoutError(), "TimeoutError()"),
        (MappingProxyType({"cookie": "a=b", "n": 1}), {"cookie": SCRUBBED, "n": 1}),
        (range(3), "range(0, 3)"),
        ("\ud800", "\ud800"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_kind_of_value_is_written_as_people_do(value: Any, expected: Any) -> None:
    assert scrub(value) == expected
    json.dumps(scrub({"at": [value]}), allow_nan=False)


def nested(width: int) -> list[Any]:
    """Return lists in lists, each of them several times: few objects, many paths."""
    value: list[Any] = ["password=hunter2"]
    for _ in range(40):
        value = [value] * width
    return value


def cyclic(width: int) -> list[Any]:
    value: list[Any] = ["password=hunter2"]
    value += [value, {"inner": value}] * width
    return value


@pytest.mark.parametrize(
    "value",
    [
        cyclic(1),
        cyclic(20),
        nested(1),
        nested(20),
        list(range(10**6)),
        dict.fromkeys(range(10**6), "password=hunter2"),
        "password=hunter2 " * 10**6,
        "a@" * 10**6,
        "4111 " * 10**6,
        "-----BEGIN " * 10**5,
        "password" * 10**6,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_huge_or_contains_itself_comes_to_an_end(value: Any) -> None:
    start = perf_counter()

    text = json.dumps(scrub({"extra": value}))

    assert perf_counter() - start < 5
    assert "hunter2" not in text
    assert len(text) < 10**6
