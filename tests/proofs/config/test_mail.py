"""Mail leaves through a server or a provider, as EMAIL_URL says."""

import socketserver
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from django.core.mail import EmailMessage, mailers
from pytest_django import Settings

from proofs.config.loading import load, refusal


class Server(socketserver.ThreadingTCPServer):
    """A mail server on this machine."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Dialogue)
        self.mails: list[bytes] = []


class Dialogue(socketserver.StreamRequestHandler):
    """What the server says to one client."""

    server: Server

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            match line.split()[0].upper():
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    self.server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                    self.wfile.write(b"250 taken\r\n")
                case b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    self.wfile.write(b"250 fine\r\n")


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield server
        server.shutdown()


def mailer(url: str) -> dict[str, Any]:
    """Return the entry of MAILERS for the URL."""
    mailers: dict[str, Any] = load(EMAIL_URL=url).MAILERS
    return dict(mailers["default"])


def test_a_url_names_a_server_and_how_to_sign_in() -> None:
    config = mailer("smtp+tls://mailer:secret@mail.example.com:587")

    assert config["BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert config["OPTIONS"] == {
        "host": "mail.example.com",
        "port": 587,
        "username": "mailer",
        "password": "secret",
        "use_tls": True,
        "timeout": 10,
    }


def test_mail_reaches_the_server(settings: Settings, server: Server) -> None:
    settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{server.server_address[1]}")}

    EmailMessage("Your order", "It is on its way.", "shop@example.com", ["ada@example.com"]).send()

    (received,) = server.mails
    assert b"To: ada@example.com" in received
    assert b"It is on its way." in received


def test_mail_to_the_console_needs_no_options() -> None:
    assert mailer("consolemail://") == {"BACKEND": "django.core.mail.backends.console.EmailBackend"}


@pytest.mark.parametrize(
    ("provider", "options", "attribute", "value"),
    [
        ("postmark", "server_token=token", "server_token", "token"),
        ("mailgun", "api_key=key&sender_domain=mg.example.com", "sender_domain", "mg.example.com"),
        ("resend", "api_key=key&debug_api_requests=true", "debug_api_requests", True),
        ("amazon-ses", "configuration_set_name=shop", "configuration_set_name", "shop"),
    ],
)
def test_a_providers_backend_takes_the_options_of_the_url(
    settings: Settings, provider: str, options: str, attribute: str, value: object
) -> None:
    module = f"anymail.backends.{provider.replace('-', '_')}"
    pytest.importorskip(module, exc_type=ImportError, reason="the extras anymail and ses are not installed")
    settings.MAILERS = {"default": mailer(f"anymail+{provider}://?{options}")}

    backend = mailers["default"]  # which refuses options that it does not know

    assert type(backend).__module__ == module
    assert getattr(backend, attribute) == value
    assert getattr(backend, "timeout", 10) == 10  # Amazon's has none of its own


@pytest.mark.parametrize(("scheme", "port"), [("smtp", 25), ("smtp+tls", 587), ("smtp+ssl", 465)])
def test_each_way_to_speak_to_a_server_has_its_usual_port(scheme: str, port: int) -> None:
    assert mailer(f"{scheme}://mail.example.com")["OPTIONS"]["port"] == port
    assert mailer(f"{scheme}://mail.example.com:2525")["OPTIONS"]["port"] == 2525


@pytest.mark.parametrize(("provider", "extra"), [("postmark", "anymail"), ("amazon-ses", "ses")])
def test_an_extra_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, provider: str, extra: str) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda module: None)

    message = refusal(EMAIL_URL=f"anymail+{provider}://?server_token=token")

    assert f"EMAIL_URL needs more to be installed: uv sync --extra {extra}." in message


def test_an_unknown_provider_is_refused() -> None:
    pytest.importorskip("anymail", reason="the extra anymail is not installed")
    message = refusal(EMAIL_URL="anymail+pigeon://?speed=fast")

    assert message.endswith("EMAIL_URL names a provider that anymail does not have.")
