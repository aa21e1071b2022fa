import re
from html import unescape

import django
import pytest
from django.templatetags.static import static
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from apps.accounts.models import User
from apps.observability import health
from apps.pages import views


def test_the_page_of_production_is_plain(client: Client, staff: User, settings: Settings) -> None:
    client.force_login(staff)
    page = client.get("/").text

    assert settings.PROJECT_DESCRIPTION in unescape(page)
    secrets = settings.ADMIN_URL, f"Django {django.get_version()}", "health", ".env", staff.email
    assert not [word for word in secrets if word in page]


def test_a_user_signs_out_on_the_landing_page(client: Client, staff: User, settings: Settings) -> None:
    settings.DEBUG = True
    client.force_login(staff)
    page = client.get("/").text
    assert f"Signed in as {staff}" in page
    (action,) = re.findall(r'<form method="post" action="([^"]+)">', page)

    assert client.post(action, {"next": "/"}, follow=True).redirect_chain == [("/", 302)]
    assert f"{reverse('admin:login')}?next=/" in client.get("/").text


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["OPTIONS", "POST", "TRACE"])
def test_the_landing_page_is_only_read(client: Client, settings: Settings, method: str) -> None:
    settings.DEBUG = True

    assert client.generic(method, "/").status_code == 405


@pytest.mark.django_db
def test_the_landing_page_shows_what_has_failed(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ConnectionError

    settings.DEBUG = True
    monkeypatch.setitem(health.CHECKS, "cache", fail)

    page = client.get("/").text

    assert '<li class="failed">Cache failed</li>' in page
    assert '<li class="ok">Database ok</li>' in page


def test_the_landing_page_leads_everywhere(client: Client, db: None, settings: Settings) -> None:
    settings.DEBUG = True
    links = re.findall(r'<a href="([^"]+)"', client.get("/").content.decode())

    assert {reverse("admin:index"), reverse("health-live"), reverse("health-ready")} <= {*links}
    for version in settings.API_VERSIONS:
        assert {reverse(f"{version}:docs"), reverse(f"{version}:schema")} <= {*links}
    for link in links:
        assert client.get(link, follow=True).status_code == 200


def test_the_landing_page_shows_name_and_description_whatever_is_in_them(client: Client, settings: Settings) -> None:
    settings.PROJECT_NAME = "Tom & <Jerry>"
    settings.PROJECT_DESCRIPTION = 'Says "hello" {{ name }}'

    html = client.get("/").content.decode()

    assert '<h1 dir="auto">Tom &amp; &lt;Jerry&gt;</h1>' in html
    assert "Says &quot;hello&quot; {{ name }}" in html


def test_the_landing_page_needs_no_query(client: Client) -> None:
    # Without the fixture `db` any query fails.
    assert client.get("/").status_code == 200


def test_the_style_of_the_landing_page_has_the_nonce_of_its_policy(client: Client) -> None:
    response = client.get("/")

    (nonce,) = re.findall(r'<style nonce="([^"]+)">', response.content.decode())
    assert f"style-src 'self' 'nonce-{nonce}'" in response.headers["Content-Security-Policy"]


def test_the_landing_page_loads_nothing_from_elsewhere(client: Client) -> None:
    assert not re.search(r'(src|href)="(https?:)?//', client.get("/").content.decode())


@pytest.mark.parametrize("name", ["landing", "health-live"])
def test_pages_run_no_inline_code_and_are_shown_in_no_frame(client: Client, name: str) -> None:
    policy = client.get(reverse(name)).headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_only_the_admin_has_the_looser_policy_of_its_theme(client: Client, staff: User) -> None:
    login = client.get(reverse("admin:login"))
    client.force_login(staff)
    index = client.get(reverse("admin:index"))

    for response in (login, index):
        policy = response.headers["Content-Security-Policy"]
        assert "script-src 'self' 'unsafe-eval';" in policy
        assert "style-src 'self' 'unsafe-inline';" in policy
        assert "frame-ancestors 'self'" in policy


def test_the_preview_of_a_mail_names_its_icon(rf: RequestFactory) -> None:
    assert f'<link rel="icon" href="{static("favicon.svg")}"></head>' in views.mail_preview(rf.get("/")).text
