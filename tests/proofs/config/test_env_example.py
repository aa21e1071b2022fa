"""Every variable of .env.example, and every bad value that each must refuse."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from config.settings.cache import CACHE_BACKENDS
from config.settings.env import BASE_DIR, Environment
from proofs.config.loading import REQUIRED, SECRET, fresh_settings, load, refusal

EXAMPLE = (BASE_DIR / ".env.example").read_text(encoding="utf-8")
SOURCES = "".join(path.read_text(encoding="utf-8") for path in (BASE_DIR / "config" / "settings").glob("*.py"))
NAMES = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=", EXAMPLE, flags=re.MULTILINE)

# No value may be quoted, and none may hold a control character.
QUOTED = ["'True'", '"True"', "'1'", '"https://quoted.example.org"']
CONTROLLED = ["bell\x07", "escape\x1b[31m", "caf\udce9"]
BOOLEANS = ["truue", "maybe", "2", "-1", "t", "nein", "true,", "true # comment", "$TRUE", "None", "0.0"]
INTEGERS = [
    "-1",
    "sixty",
    "1.5",
    "1e3",
    "10 000",
    "1_000",
    "0x10",
    "60s",
    "٣",
    "99999999999",
    "1" * 5000,
    "+5",
    "$PORT",
]
NUMBERS = ["10%", "500ms", "-0.5", "1,5", "nan", "inf", "1e-3", ".5", "half", "9" * 400]
SECRETS = ["short", "x" * 80, "django-insecure-" + SECRET]
HOSTS = [
    *("https://host.example.org", "*", "example.com, *", "a b.example.org", "host.example.org:8000", "host/path"),
    *("user@host.example.org", "..example.org", "*.example.org", "under_score.example.org", "example.com;other.org"),
]
HOST = [host for host in HOSTS if host not in {"example.com, *"}]
ORIGINS = ["app.example.org", "*", "https://app.example.org/path", "ftp://app.example.org", "https://", "null"]
URLS = [
    *(
        "nothing",
        "http//missing.example.org",
        "ldap://user:hunter2@host.example.org/x",
        "://hunter2@host",
        "$DATABASE_URL",
    ),
    *("postgres:hunter2", "redis//hunter2", "smtp:/hunter2@host", "amqp ://hunter2@host", "javascript:alert(1)"),
]
RATES = [
    "600",
    "600/fortnight",
    "0/min",
    "-5/min",
    "six/min",
    "600 per min",
    "600/minute",
    "6/second",
    "min/600",
    "600/min/user",
]
LIMITS = [
    "0/m/ip",
    "30/0m/ip",
    "9" * 20 + "/m/ip",
    "30",
    "30/m",
    "30/fortnight/ip",
    "thirty/m/ip",
    "30/m/planet",
    "30/m/ip;5/5m/key",
]
ANY: list[str] = []


def broken_urls(beginning: str) -> list[str]:
    """Return URLs that begin as they should and have an unencoded character, a bad port or no such server."""
    passwords = ["hun#ter2", "hun/ter2", "hun?ter2", "hun[ter2", "hun%ter2", "hun%zzter2", "hun ter2", "hün2"]
    return [
        *(f"{beginning}app:{password}@server.example.org/7" for password in passwords),
        f"{beginning}app:hunter2@server.example.org:70000/7",
        f"{beginning}app:hunter2@server.example.org:port/7",
        f"{beginning}app:hunter2@ser ver/7",
        f"{beginning}app:hunter2%00@server.example.org/7",
    ]


BAD: dict[str, list[str]] = {
    **dict.fromkeys(
        (
            *(
                "DATABASE_PGBOUNCER",
                "WEB_ASGI",
                "TRUST_X_FORWARDED_PROTO",
                "SECURE_SSL_REDIRECT",
                "JWT_STATEFUL",
                "DEBUG",
            ),
            *("SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"),
            "OIDC_CREATE_USERS",
        ),
        BOOLEANS,
    ),
    **dict.fromkeys(
        (
            *("SLOW_REQUEST_MS", "DATABASE_POOL_MAX"),
            *("WEB_CONCURRENCY", "WEB_THREADS", "PORT", "HEALTH_PORT", "DATA_UPLOAD_MAX_MEMORY_SIZE"),
            *("UPLOAD_MAX_BYTES", "TRUSTED_PROXY_COUNT", "SECURE_HSTS_SECONDS", "LOGIN_FAILURE_LIMIT"),
            *(
                "LOGIN_LOCKOUT_MINUTES",
                "JWT_ACCESS_TOKEN_SECONDS",
                "JWT_REFRESH_TOKEN_SECONDS",
                "CELERY_TASK_TIME_LIMIT",
            ),
            *("OIDC_ACCESS_TOKEN_SECONDS", "OIDC_REFRESH_TOKEN_SECONDS", "CELERY_VISIBILITY_TIMEOUT"),
            "CELERY_QUEUE_DEPTH_WARNING",
        ),
        INTEGERS,
    ),
    **dict.fromkeys(("SENTRY_TRACES_SAMPLE_RATE", "DATABASE_STATEMENT_TIMEOUT"), NUMBERS),
    **dict.fromkeys(("SECRET_KEY", "JWT_PRIVATE_KEY", "OIDC_PRIVATE_KEY", "METRICS_TOKEN"), SECRETS),
    **dict.fromkeys(("THROTTLE_USER", "THROTTLE_ANON", "THROTTLE_PUBLIC"), RATES),
    **dict.fromkeys(("LOGIN_RATE", "LOGIN_FAILED_RATE", "SIGNUP_RATE"), LIMITS),
    **dict.fromkeys(("CORS_ALLOWED_ORIGINS", "CSRF_TRUSTED_ORIGINS"), ORIGINS),
    "DATABASE_URL": [
        *(*URLS, *broken_urls("postgres://"), "postgres://host"),
        *("sqlite://", "sqlite:///", "sqlite:///?timeout=5", "sqlite://shop.sqlite3"),
        *(f"postgres://a@b/c?{option}" for option in ("sslmod=require", "sslmode=requir", "sslmode", "pool=true")),
        *(f"postgres://a@b/c?connect_timeout={time}" for time in ("hunter2", "0", "1.5", "-1", "true", "1e400", "")),
        *(
            f"postgres://a@b/c?{option}"
            for option in ("keepalives_idle=x", "server_side_binding=maybe", "service=nope")
        ),
        *(f"sqlite:///shop?{option}" for option in ("timeout=hunter2", "timeout=0", "timout=5", "init_command=DROP")),
        *("postgres://a:hun,ter2@b/c", "postgres://a:hun;ter2@b/c"),
    ],
    "OTEL_EXPORTER_OTLP_ENDPOINT": [*URLS, *broken_urls("https://"), "https://", "http:///hunter2", "https://a,b"],
    "SENTRY_DSN": [
        *(*URLS, *broken_urls("https://"), "https://sentry.example.org/1", "https://hunter2@sentry.example.org/"),
        *("https://hunter2@sentry.example.org/shop", "https://hunter2@", "https://hunter2@/1"),
        "https://hunter2@sentry.example.org:0/1",
    ],
    "OIDC_ISSUER": [
        *URLS,
        *broken_urls("https://"),
        "http://sso.example.org",
        "https://",
        "https:///hunter2",
        "https://a,b",
    ],
    "OIDC_AUDIENCE": ANY,
    "FRONTEND_URL": [*URLS, "app.example.org", "https://app.example.org/#/", "https://app.example.org?x"],
    "EMAIL_URL": [
        *(*URLS, *broken_urls("smtp+tls://"), "smtp://", "smtp://one,two", "anymail+pigeon://"),
        *(f"smtp://host?{option}" for option in ("timeout=hunter2", "timeout=0", "timeot=5", "use_tls=no", "host")),
    ],
    "STORAGE_URL": [*URLS, *broken_urls("s3://"), "s3://", "azure://container?account_key=hunter2"],
    "CACHE_URL": [
        *(*URLS, *broken_urls("redis://"), *broken_urls("pymemcache://"), "redis://host/seven", "redis://one,two"),
        *(f"redis://host?{option}" for option in ("socket_timeout=hunter2", "timeout=5", "protocol=9", "x=")),
        *("redis://host?ssl_cert_reqs=none", "rediss://host?ssl_cert_reqs=nothing", "redis://host/7;redis://host"),
        *(f"pymemcache://host?{option}" for option in ("timeout=hunter2", "timeout=0", "timout=5")),
    ],
    "CELERY_BROKER_URL": [
        *(*URLS, *broken_urls("amqp://"), "sqs://hunter2", "amqp://", "amqp://one,two"),
        *(f"amqp://host?{option}" for option in ("heartbeat=hunter2", "heartbeat=0", "connect_timeout=5", "ssl=true")),
        *("rediss://host?ssl_cert_reqs=nothing", "redis://host?ssl_cert_reqs=none", "redis://host?socket_timeout=5"),
    ],
    "ALLOWED_HOSTS": [*HOSTS, ",", " , ,"],
    "CSRF_COOKIE_DOMAIN": HOST,
    "WEBAUTHN_DOMAIN": HOST,
    "ADMIN_URL": [
        "..",
        "./",
        "admin/../x",
        "/",
        "//",
        "a b/",
        "<int:pk>/",
        "admin/?x",
        "admin//panel",
        "https://admin.example.org/",
    ],
    "TIME_ZONE": ["Mars/Olympus", "Europe", "../../etc/passwd", "/etc/localtime", "GMT+25"],
    "LOG_LEVEL": ["chatty", "7", "info,debug", "WARN ING"],
    "DEFAULT_FROM_EMAIL": [
        *("nobody", "a@b@c", "two words", "<no-at>", "a@b, c@d", "mailto:a@b", "a@b/c", "a@b:25", "shop <a@b/c>"),
        "postgres://ada:hunter2@host/shop",
    ],
    "READINESS_REQUIRES": ["database", "caches", "cache;broker", "cache broker", "cache,database", "*", "true"],
    "SOCIAL_LOGIN_PROVIDERS": [
        *("friendster", "google;github", "google,friendster", "../google", "google.views"),
        *("dummy", "google,dummy", "base", "oauth", "oauth2", "openid", "saml", "steam"),
    ],
    "JWT_ALGORITHM": ["none", "HS1", "hunter2", "RS256,HS256"],
    "CELERY_QUEUE_PREFIX": ["shop queue.", "shop/", "shop:", "shöp.", "x" * 101],
    # Any text will do.
    "MEDIA_ROOT": ANY,
    "SECRET_KEY_FALLBACKS": [*SECRETS, f"{SECRET},short"],
    "JWT_PRIVATE_KEY_FALLBACKS": [*SECRETS, f"{SECRET},short"],
}
PEM = rf"-----BEGIN PRIVATE KEY-----\nhidden{SECRET}\n-----END PRIVATE KEY-----"
VALUES = {name: [*QUOTED, *CONTROLLED, *BAD[name]] for name in NAMES}


def settings_for(name: str) -> str:
    """Return the settings module in which the variable is read."""
    return "local" if name == "DEBUG" else "production"


def refuse(module: str, bad: dict[str, str]) -> None:
    """Load a settings module with these values; fail if it takes one of them, or shows it."""
    environment = {"SECRET_KEY": SECRET} if module == "local" else {}
    message = refusal(module, **environment | bad)
    refused = re.findall(r"[:;] ([A-Z][A-Z0-9_]*) ", message)
    for name, value in bad.items():
        assert name in refused, f"{name}={value!r} is taken"
        for part in [value, *re.findall(r"hunter2|hun.?ter2|hidden\w+", value)]:
            # What the settings have in their own texts is not taken from the value.
            assert part in SOURCES or part not in message, f"{name}={value!r} is shown: {message}"


def test_the_bad_values_are_of_all_variables() -> None:
    assert set(NAMES) <= BAD.keys()
    print(f"{len(NAMES)} variables, {sum(map(len, VALUES.values()))} pairs of a variable and a bad value")


@pytest.mark.parametrize("module", ["production", "local"])
def test_bad_values_are_refused_and_not_shown(module: str) -> None:
    """One of each variable at a time, as all that is wrong is told at once."""
    ours = [name for name in NAMES if settings_for(name) == module]
    for number in range(max(len(VALUES[name]) for name in ours)):
        refuse(module, {name: VALUES[name][number] for name in ours if number < len(VALUES[name])})


def test_every_mistake_is_reported_in_one_line() -> None:
    wrong = {name: QUOTED[0] for name in NAMES if settings_for(name) == "production"}

    message = refusal(**wrong)

    assert [name for name in wrong if f" {name} must be written without quotes" not in message] == []
    assert "\n" not in message
    assert "True" not in message


# Texts that look like values, with a word in them that no message contains.
HIDDEN = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12).map(lambda text: f"hidden7{text}")
AFFIXED = st.sampled_from(
    ["https://", "postgres://a:", "smtp://", "redis://:", "amqp://", "s3://", "1", "true", "*,", "$", "'"]
)


@given(name=st.sampled_from(NAMES), value=st.builds("{}{}".format, AFFIXED | st.just(""), HIDDEN))
@example(name="DATABASE_URL", value="postgres://a:hidden7#x@h/db")
@settings(
    max_examples=400, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
def test_no_message_shows_a_value_whatever_it_is(name: str, value: str) -> None:
    assert "hidden7" not in refusal(settings_for(name), **{"SECRET_KEY": SECRET, name: value})


@given(text=st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1))
@settings(max_examples=300, deadline=None)
def test_a_text_is_taken_as_it_is(text: str) -> None:
    value = text.strip()
    env = Environment({"NAME": text})

    found = env.str("NAME")

    assert found == value if not env.problems else re.fullmatch(r"(['\"]).*\1", value) or not value.isprintable()


class Recording(dict[str, str]):
    """An environment that remembers what was looked up."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self.asked: set[str] = set()

    def get(self, name: str, default: object = None) -> object:  # type: ignore[override] # as much as is needed
        self.asked.add(name)
        return super().get(name, default)


def asked_by(module: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield the variables that a settings module asks for."""
    with fresh_settings(**environment):
        from config.settings.env import env  # noqa: PLC0415 - the new one

        recording = Recording(env.values)
        monkeypatch.setattr(env, "values", recording)
        load_again(module)
        yield from recording.asked


def load_again(module: str) -> None:
    """Import a settings module that is not imported yet."""
    __import__(f"config.settings.{module}")


def test_the_example_names_exactly_the_variables_that_the_settings_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read = {*asked_by("production", REQUIRED, monkeypatch), *asked_by("local", {"SECRET_KEY": SECRET}, monkeypatch)}

    assert sorted(read) == sorted(NAMES)


def test_only_the_secret_key_has_to_be_filled_in() -> None:
    active = [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")]

    assert active == ["SECRET_KEY="]


def test_every_line_of_the_example_is_a_value_that_is_taken() -> None:
    lines = dict(re.findall(r"^# ([A-Z][A-Z0-9_]*)=(.+)$", EXAMPLE, flags=re.MULTILINE))
    lines.pop("SOCIAL_LOGIN_PROVIDERS")  # they need further variables
    lines = {
        # In the skeleton: what stands for a name or a domain, written so that it is not rendered here.
        name: re.sub("[<]<.*?>>", "example", re.sub("[<]%.*", f"{next(iter(CACHE_BACKENDS))}127.0.0.1", value))
        for name, value in lines.items()
    }

    assert refusal(**lines) == ""
    assert load(**lines).ADMIN_URL == "admin/"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("NAME=plain", "plain"),
        ("NAME=  plain  ", "plain"),
        ("NAME=a=b", "a=b"),
        ("NAME=$HOME", "$HOME"),
        ("NAME=${HOME:-x}", "${HOME:-x}"),
        ("NAME=plain # no comment", "plain # no comment"),
        ("NAME=a\\nb", "a\\nb"),
        ("NAME=it's", "it's"),
        ("NAME=", ""),
        ("  NAME=plain", "plain"),
        ("NAME=plain\r", "plain"),
    ],
)
def test_a_line_means_the_same_in_a_file_and_in_the_environment(
    line: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Docker makes of a line of --env-file (and Compose with `format: raw`): the text after the first `=`."""
    (tmp_path / ".env").write_text(f"# a comment\n\n{line}\n", encoding="utf-8", newline="")
    with fresh_settings():
        from config.settings.env import env, load_env_file  # noqa: PLC0415 - the new ones

        load_env_file(tmp_path / ".env")
        assert env.str("NAME") == value
    assert Environment({"NAME": line.partition("=")[2]}).str("NAME") == value


@pytest.mark.parametrize("line", ["NAME", "export NAME=x", "NAME = x", "- NAME=x", "NA-ME=x"])
def test_a_line_that_docker_would_not_take_is_refused_by_its_number(line: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"GOOD=1\n{line}hidden7\n", encoding="utf-8")
    with fresh_settings():
        from config.settings.env import load_env_file  # noqa: PLC0415 - the new one

        with pytest.raises(Exception, match=r"^Line 2 of \.env is not of the form NAME=value\.$"):
            load_env_file(tmp_path / ".env")


@pytest.mark.skipif("JWT_ALGORITHM" not in NAMES, reason="no tokens")
@pytest.mark.parametrize(("algorithm", "key"), [("RS256", SECRET), ("RS512", PEM), ("HS256", PEM)])
def test_a_key_that_the_algorithm_cannot_use_is_refused(algorithm: str, key: str) -> None:
    message = refusal("production", JWT_ALGORITHM=algorithm, JWT_PRIVATE_KEY=key)

    assert "JWT_PRIVATE_KEY must be for JWT_ALGORITHM" in message
    assert key not in message
    assert "JWT_PRIVATE_KEY_FALLBACKS must be" in refusal(JWT_ALGORITHM=algorithm, JWT_PRIVATE_KEY_FALLBACKS=key)


@pytest.mark.skipif("JWT_ALGORITHM" not in NAMES, reason="no tokens")
@pytest.mark.parametrize(("size", "weak"), [(1024, True), (2048, False)])
def test_an_rsa_key_that_can_be_computed_is_refused(size: int, *, weak: bool) -> None:
    openssl = shutil.which("openssl")
    assert openssl
    pem = subprocess.check_output([openssl, "genrsa", str(size)], text=True)  # noqa: S603 - our own arguments
    keys = {name: pem for name in NAMES if name in {"JWT_PRIVATE_KEY", "JWT_PRIVATE_KEY_FALLBACKS", "OIDC_PRIVATE_KEY"}}

    message = refusal(JWT_ALGORITHM="RS256", **keys)

    assert re.findall("([A-Z_]+) must be", message) == (sorted(keys) if weak else [])
