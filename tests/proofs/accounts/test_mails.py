"""E-mails have the name and colour of the project, as text and as HTML."""

import json
import re
import socket
import time
from collections.abc import Iterator

import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.test import Client, RequestFactory
from django.utils.html import escape
from pytest_django import Settings

from apps.accounts.models import User
from apps.pages.branding import branded
from config.settings.email import mailer
from config.settings.env import parse_url
from proofs.accounts.signing_in import PASSWORD, mailed_code

AUTH = f"/_allauth/{settings.HEADLESS_CLIENTS[0]}/v1/auth/"
NAMES = ["Tom & <Jerry>", 'Say "hi" {{ name }}', "Łódź", "A" * 100, "x.example.com"]


def html_of(message: mail.EmailMessage) -> str:
    """Return the HTML of an e-mail that has both."""
    assert isinstance(message, EmailMultiAlternatives)
    ((content, mimetype),) = [(part.content, part.mimetype) for part in message.alternatives]
    assert mimetype == "text/html"
    return str(content)


def mail_of_sign_up(email: str = "new@example.com") -> mail.EmailMessage:
    """Return what a stranger who signs up is sent."""
    body = json.dumps({"email": email, "password": PASSWORD})
    Client().post(f"{AUTH}signup", body, content_type="application/json")
    return mail.outbox[-1]


@pytest.mark.parametrize("name", NAMES)
def test_sign_up_is_answered_in_the_name_of_the_project(db: None, settings: Settings, name: str) -> None:
    settings.PROJECT_NAME = name

    message = mail_of_sign_up()

    assert str(message.body).endswith(name)
    assert "testserver" not in message.body + html_of(message)
    assert settings.DOMAIN_NAME in message.body


def test_so_is_sign_up_with_an_address_that_is_taken(user: User) -> None:
    message = mail_of_sign_up(user.email)

    assert settings.PROJECT_NAME in message.body
    assert escape(settings.PROJECT_NAME) in html_of(message)


def test_the_html_has_the_colour_and_the_code(db: None, settings: Settings) -> None:
    settings.BRAND_COLOR = "#123456"

    message = mail_of_sign_up()

    code = re.search(r"^[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}$", str(message.body), re.MULTILINE)
    assert code
    assert "#123456" in html_of(message)
    assert re.search(rf'<p class="code"[^>]*>{code[0]}</p>', html_of(message))


def test_names_and_addresses_are_escaped_in_the_html() -> None:
    message = branded(EmailMultiAlternatives("<b>", "Dear <script>alert(1)</script>,\n\njavascript:alert(1)\n\nhttp<a"))

    assert "<script" not in html_of(message)
    assert "<b>" not in html_of(message)
    assert 'href="javascript' not in html_of(message)
    assert "<a" not in html_of(message).replace('<a href="http&lt;a"', "")


@pytest.mark.parametrize("prefix", ["account/email/password_changed", "mfa/email/totp_activated"])
def test_a_notification_names_the_project(user: User, prefix: str) -> None:
    context = {"ip": "192.0.2.1", "user_agent": "Browser", "timestamp": "now", "request": RequestFactory().get("/")}

    message = get_adapter().render_mail(prefix, user.email, context)

    assert settings.PROJECT_NAME in message.body
    assert escape(settings.PROJECT_NAME) in html_of(message)
    assert "192.0.2.1" in html_of(message)


@pytest.fixture(params=["silent", "gone"])
def dead_mail_server(request: pytest.FixtureRequest, settings: Settings) -> Iterator[None]:
    """A mail server that accepts connections and says nothing, or refuses them; given up after a second."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        if request.param == "gone":
            listener.close()
        usual = settings.MAILERS
        settings.MAILERS = {"default": mailer(parse_url(f"smtp://127.0.0.1:{port}?timeout=1"))}
        yield
        settings.MAILERS = usual


def test_sign_up_goes_on_without_the_mail_server_and_the_code_can_be_sent_again(
    db: None, dead_mail_server: None, settings: Settings
) -> None:
    def post(path: str, **body: str) -> int:
        response = client.post(f"{AUTH}{path}", json.dumps(body), content_type="application/json", headers=headers)
        if token := response.json().get("meta", {}).get("session_token"):  # for apps, which have no cookies
            headers["X-Session-Token"] = token
        return response.status_code

    client, start = Client(), time.monotonic()
    headers: dict[str, str] = {}
    assert post("signup", email="new@example.com", password=PASSWORD) == 401  # the address is to be verified
    assert time.monotonic() - start < 5
    assert mail.outbox == []

    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    cache.clear()  # the limit on codes in three minutes
    assert post("email/verify/resend") == 200
    assert post("email/verify", key=mailed_code()) == 200
    assert User.objects.get().email == "new@example.com"


def test_sign_up_goes_on_when_the_mail_provider_refuses_the_address(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Refused(Exception):  # noqa: N818 - stands for AnymailRecipientsRefused, which has no other base either
        pass

    def refuse(message: mail.EmailMessage) -> None:
        raise Refused

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    body = json.dumps({"email": "new@example.com", "password": PASSWORD})

    assert Client().post(f"{AUTH}signup", body, content_type="application/json").status_code == 401

    assert User.objects.get().email == "new@example.com"
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [Refused]


def test_a_password_reset_without_the_mail_server_can_be_asked_for_again(
    user: User, dead_mail_server: None, settings: Settings
) -> None:
    def ask() -> int:
        client = Client()
        body = json.dumps({"email": user.email})
        return client.post(f"{AUTH}password/request", body, content_type="application/json").status_code

    assert ask() == 401  # a code is to be entered
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    assert ask() == 401
    assert mailed_code()
