"""What a browser is needed for: Chromium follows each flow at gunicorn with production's settings and TLS."""

import json
import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from proofs.accounts.signing_in import PASSWORD
from proofs.config.test_gunicorn import free_port, gunicorn, wait_until
from proofs.config.test_production import GOOD, run
from proofs.oauth2.flows import VERIFIER, authorization_url
from proofs.services import without

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--ignore-certificate-errors"),
]
EMAIL, OTHER_EMAIL = "ada@example.com", "bob@example.com"
SETUP = """
import django, sys
django.setup()
from allauth.account.models import EmailAddress
from django.core.management import call_command
from apps.accounts.models import User
from apps.oauth2.provider.models import Application
call_command("migrate", verbosity=0)
password, callback, *emails = sys.argv[1:]
for email in emails:
    user = User.objects.create_user(email, password)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
for name, trusted in (("calendar", False), ("shop", True)):
    Application.objects.create(client_id=name, name=name.title(), client_type="public", redirect_uris=callback,
                               authorization_grant_type="authorization-code", skip_authorization=trusted)
"""


class Elsewhere(BaseHTTPRequestHandler):
    """The page of a client, and an identity provider with one user, who is logged in there."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        base, url = f"https://{self.headers['Host']}", urlsplit(self.path)
        query = dict(parse_qsl(url.query))
        endpoints = {
            name: f"{base}/{name}" for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")
        }
        answers: dict[str, Any] = {
            "/.well-known/openid-configuration": {"issuer": base, **endpoints},
            "/token_endpoint": {"access_token": "a", "token_type": "Bearer"},
            "/userinfo_endpoint": {"sub": "1", "email": "grace@example.com", "email_verified": True, "name": "Grace"},
        }
        body = json.dumps(answers.get(url.path, {})).encode()
        self.send_response(302 if url.path == "/authorization_endpoint" else 200)
        if url.path == "/authorization_endpoint":
            answer = urlencode({"code": "c", "state": query["state"]})
            self.send_header("Location", f"{query['redirect_uri']}?{answer}")
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - as the base class has it

    def log_message(self, *args: Any) -> None:
        pass


@dataclass(frozen=True)
class Site:
    url: str
    callback: str

    def authorize(self, client_id: str, **more: str) -> str:
        return self.url + authorization_url(client_id, redirect_uri=self.callback, **more)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site, and elsewhere."""
    folder = tmp_path_factory.mktemp("site")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(  # noqa: S603 - our own arguments
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    elsewhere = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    elsewhere.socket = tls.wrap_socket(elsewhere.socket, server_side=True)
    threading.Thread(target=elsewhere.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    there = f"https://127.0.0.1:{elsewhere.server_port}"
    port = free_port()
    site = Site(f"https://localhost:{port}", f"{there}/callback")
    environment = {
        **GOOD,
        "ALLOWED_HOSTS": "localhost",
        "CACHE_URL": "",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "DJANGO_SETTINGS_MODULE": "proofs.oauth2.serving",
        "EMAIL_URL": "consolemail://",
        "OPENID_CONNECT_CLIENT_ID": "id",
        "OPENID_CONNECT_CLIENT_SECRET": "secret",
        "OPENID_CONNECT_SERVER_URL": there,
        "PYTHONWARNINGS": "ignore:No directory at",
        "REQUESTS_CA_BUNDLE": str(certificate),
        "SOCIAL_LOGIN_PROVIDERS": "openid_connect",
        "WEB_CONCURRENCY": "1",
    }
    prepared = run(
        "-W", "ignore:No directory at", "-c", SETUP, PASSWORD, site.callback, EMAIL, OTHER_EMAIL, **environment
    )
    assert prepared.returncode == 0, prepared.stderr
    served = ("--bind", f"127.0.0.1:{port}", "--certfile", str(certificate), "--keyfile", str(key))
    with gunicorn(folder, *served, **environment) as (process, log):
        wait_until(lambda: "Booting worker" in log.read_text(), process)
        yield site
    elsewhere.shutdown()
    elsewhere.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        without("Chromium", "it is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """A page of a new browser profile. Nothing may fail in it or be said in its console."""
    context = chromium.new_context(ignore_https_errors=True, base_url=site.url)
    told: list[str] = []
    context.on("console", lambda message: told.append(f"{message.type}: {message.text}"))
    context.on("weberror", lambda error: told.append(str(error.error)))
    context.on("requestfailed", lambda request: told.append(f"{request.url} {request.failure}"))
    context.on("response", lambda answer: told.append(f"{answer.url} {answer.status}" if answer.status >= 400 else ""))
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
    harmless = re.compile(r"|(verbose|debug): .*|.* net::ERR_ABORTED")  # hints for authors, and pages that were left
    assert [line for line in told if not harmless.fullmatch(line)] == []


def log_in(page: Page, email: str = EMAIL) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign In", exact=True).click()


def confirm(page: Page) -> None:
    """Enter the password again."""
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def code_at(page: Page, site: Site) -> str:
    """Return the code that the client was sent."""
    page.wait_for_url(f"{site.callback}?*")
    return dict(parse_qsl(urlsplit(page.url).query))["code"]


def redeemed(page: Page, site: Site, client_id: str, code: str) -> Any:
    form = {"grant_type": "authorization_code", "client_id": client_id, "code": code, "code_verifier": VERIFIER}
    answer = page.request.post("/oauth2/token/", form={**form, "redirect_uri": site.callback})
    assert answer.status == 200, answer.text()
    return answer.json()


def test_a_user_logs_in_consents_and_returns_to_the_client(page: Page, site: Site) -> None:
    page.goto(site.authorize("calendar"))
    log_in(page)
    expect(page.get_by_role("heading")).to_have_text("Calendar asks for access to your account")
    page.get_by_role("button", name="Allow").click()

    token = redeemed(page, site, "calendar", code_at(page, site))["access_token"]

    answer = page.request.get("/api/v1/users/me/", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["email"] == EMAIL


def test_a_user_who_refuses_returns_to_the_client_too(page: Page, site: Site) -> None:
    page.goto(site.authorize("calendar"))
    log_in(page)
    page.get_by_role("button", name="Cancel").click()

    page.wait_for_url(f"{site.callback}?error=access_denied*")


def test_a_client_that_skips_consent_gets_its_code_straight_from_the_log_in(page: Page, site: Site) -> None:
    page.goto(site.authorize("shop"))
    log_in(page)

    assert redeemed(page, site, "shop", code_at(page, site))["id_token"]


def test_a_social_log_in_leads_back_to_the_client(page: Page, site: Site) -> None:
    page.goto(site.authorize("calendar"))
    page.get_by_role("link", name="Single sign-on").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("You are signed in as grace@example.com.")).to_be_visible()
    page.get_by_role("button", name="Allow").click()

    assert redeemed(page, site, "calendar", code_at(page, site))["access_token"]


def test_a_passkey_is_registered_and_logs_in(page: Page, site: Site) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/accounts/login/")
    log_in(page, OTHER_EMAIL)
    page.wait_for_url(f"{site.url}/")
    page.goto("/accounts/2fa/webauthn/add/")
    confirm(page)
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("Laptop")).to_be_visible()
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button").click()

    page.goto(site.authorize("calendar"))
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text(f"You are signed in as {OTHER_EMAIL}.")).to_be_visible()


ENTRANCES = ["login/", "signup/", "password/reset/", "3rdparty/login/cancelled/", "oidc/oidc/login/"]
PAGES = [
    *("email/", "password/change/", "3rdparty/", "logout/", "reauthenticate/"),
    *("2fa/", "2fa/totp/activate/", "2fa/webauthn/", "2fa/webauthn/add/"),
]


def test_every_page_has_the_look_of_the_site_on_a_phone_too(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 390, "height": 844})

    def look(url: str) -> None:
        page.goto(url)
        if page.url.startswith(f"{site.url}/accounts/reauthenticate/?next"):
            confirm(page)
        expect(page.locator("main.account h1")).to_be_visible()
        assert page.url.startswith(site.url + url.removeprefix(site.url))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, url
        page.emulate_media(color_scheme="dark")
        expect(page.locator("main")).to_have_css("background-color", "rgb(23, 29, 37)")
        page.emulate_media(color_scheme="light")
        expect(page.locator("main")).to_have_css("background-color", "rgb(255, 255, 255)")

    for path in ENTRANCES:
        look(f"/accounts/{path}")
    page.goto("/accounts/login/")
    log_in(page)
    page.wait_for_url(f"{site.url}/")
    for path in PAGES:
        look(f"/accounts/{path}")
    look(site.authorize("calendar"))
    page.goto("/accounts/email/")
    page.get_by_label("Change to").fill("new@example.com")
    page.get_by_role("button", name="Change Email").click()
    page.wait_for_url("**/accounts/confirm-email/")
    look("/accounts/confirm-email/")
    look("/accounts/email/")
