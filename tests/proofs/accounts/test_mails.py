"""E-mails have the name and colour of the project, as text and as HTML."""

import json
import re

import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client, RequestFactory
from django.utils.html import escape
from pytest_django import Settings

from apps.accounts.models import User
from apps.pages.branding import branded
from proofs.accounts.signing_in import PASSWORD

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
