"""The OAuth2 and OpenID Connect provider of this project, as applications and operators meet it."""

import re
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from oauth2_provider.models import AccessToken
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.oauth2.provider.keys import local_private_key
from apps.oauth2.provider.models import Application
from proofs.accounts.signing_in import PASSWORD
from proofs.config.loading import refusal
from proofs.oauth2.flows import (
    AUTHORIZE,
    CALLBACK,
    allow,
    authorization_url,
    hidden,
    machine_token,
    me,
    redeem,
    register,
    register_machine,
    tokens_for,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def log_in(browser: Client, login_url: str, user: User) -> Any:
    page = browser.get(login_url)
    form = {name: hidden(page, name) for name in ("csrfmiddlewaretoken", "next")}
    return browser.post("/accounts/login/", form | {"login": user.email, "password": PASSWORD})


def test_a_user_logs_in_consents_and_the_application_reads_for_them(browser: Client, api: str, user: User) -> None:
    credentials = register(name="Calendar", public=True)
    login_url = browser.get(authorization_url(credentials["client_id"]))["Location"]
    assert login_url.startswith("/accounts/login/")

    url = log_in(browser, login_url, user)["Location"]

    page = browser.get(url).content.decode()
    assert "Calendar asks for access" in page
    assert "Read your data" in page
    assert "https://app.example.com" in page
    answer = redeem(credentials, allow(browser, url)).json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3600)
    assert set(answer["scope"].split()) == {"openid", "api:read"}
    assert me(api, answer["access_token"]).json()["email"] == user.email


@pytest.mark.parametrize(
    "url", ["http://[::1", "//[x]/", "http://\u2100.example/", "//evil.example", "/\\evil.example"]
)
@pytest.mark.parametrize("path", ["login/", "signup/", "reauthenticate/", "password/reset/", "inactive/"])
def test_a_page_goes_on_to_no_strange_or_malformed_url(browser: Client, user: User, path: str, url: str) -> None:
    assert browser.get(f"/accounts/{path}", {"next": url}).status_code in {200, 302}
    browser.force_login(user)
    assert browser.get(f"/accounts/{path}", {"next": url}).status_code in {200, 302}

    location = browser.get("/accounts/login/", {"next": url})["Location"]

    assert location == "/"


def test_the_log_in_page_asks_for_the_second_factor(browser: Client, user: User) -> None:
    TOTP.activate(user, generate_totp_secret())
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    login_url = browser.get(authorization_url(register(public=True)["client_id"]))["Location"]

    response = log_in(browser, login_url, user)

    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    page = browser.get(response["Location"])
    form = {"csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken"), "code": code}
    response = browser.post("/accounts/2fa/authenticate/", form)
    assert response["Location"].startswith(AUTHORIZE)
    assert browser.get(response["Location"]).status_code == 200


def test_the_forms_of_log_in_may_end_at_the_waiting_client_and_nowhere_else(browser: Client, user: User) -> None:
    def form_action(page: Any) -> str:
        match = re.search(r"form-action ([^;]*)", page["Content-Security-Policy"])
        assert match
        return match.group(1)

    url = authorization_url(register()["client_id"])
    assert form_action(browser.get("/accounts/login/")) == "'self'"

    login_url = browser.get(url)["Location"]

    assert form_action(browser.get(login_url)) == "'self' https://app.example.com"
    browser.force_login(user)
    assert form_action(browser.get(url)) == "'self' https://app.example.com"
    assert form_action(browser.get("/")) == "'self'"
    assert form_action(Client().get("/accounts/login/")) == "'self'"


def test_a_token_costs_one_query(api: str, user: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    granted = tokens_for(user, register())["access_token"]
    owners = machine_token(register_machine(user))
    for token in (granted, owners):
        with django_assert_num_queries(1):
            assert me(api, token).json()["email"] == user.email


def test_a_machine_acts_for_the_owner_of_its_client_or_not_at_all(api: str, user: User) -> None:
    token = machine_token(register_machine(user))
    assert me(api, token, "PATCH").status_code == 403
    other = UserFactory.create()
    other.set_password("another-long-password")
    other.save()
    assert me(api, token).status_code == 200

    Application.objects.update(user=None)

    assert me(api, token).status_code == 401


def test_a_token_for_another_resource_is_refused(api: str, user: User) -> None:
    credentials = register()
    for resource, status in (("https://other.example.com/", 401), ("http://testserver/api/", 200)):
        token = tokens_for(user, credentials, resource=resource)["access_token"]
        assert me(api, token).status_code == status


def test_tokens_and_secrets_are_stored_as_hashes(user: User) -> None:
    tokens = tokens_for(user, credentials := register())
    for model in (Application, AccessToken, AccessToken._meta.get_field("refresh_token").related_model):  # noqa: SLF001
        stored = str(list(model.objects.values()))
        for secret in (tokens["access_token"], tokens["refresh_token"], credentials["client_secret"]):
            assert secret not in stored


def test_an_operator_registers_a_client(capsys: pytest.CaptureFixture[str], browser: Client, user: User) -> None:
    call_command(
        *("createapplication", "confidential", "authorization-code"),
        client_id="shop",
        name="Shop",
        redirect_uris=CALLBACK,
    )
    match = re.search(r"client_secret: (\w{128})", capsys.readouterr().out)
    assert match
    browser.force_login(user)

    response = redeem({"client_id": "shop", "client_secret": match.group(1)}, allow(browser, authorization_url("shop")))

    assert "id_token" in response.json()


@pytest.mark.parametrize("uri", ["http://app.example.com/", "https://a.b/#x", "javascript:alert(1)", "data:,x"])
def test_nobody_registers_a_dangerous_redirect_uri(admin_client: Client, uri: str) -> None:
    call_command("createapplication", "public", "authorization-code", redirect_uris=uri)
    response = admin_client.post(reverse("admin:oauth2_application_add"), admin_form(redirect_uris=uri))

    assert "redirect_uris" in response.context["adminform"].form.errors
    assert not Application.objects.exists()


def admin_form(**fields: str) -> dict[str, str]:
    client = {"client_id": "x", "client_secret": "y", "client_type": "confidential", "redirect_uris": CALLBACK}
    return {"name": "App", "authorization_grant_type": "authorization-code", **client, **fields}


def test_staff_with_the_permission_register_clients_without_privileges(client: Client) -> None:
    boss = UserFactory.create(is_superuser=True)
    staff = UserFactory.create(is_staff=True)
    add = reverse("admin:oauth2_application_add")
    client.force_login(staff)
    assert client.get(add).status_code == 403
    staff.user_permissions.set(Permission.objects.filter(content_type__model="application"))
    privileged = {"user": str(boss.pk), "skip_authorization": "on"}

    assert client.post(add, admin_form(**privileged)).status_code == 302

    made = Application.objects.get()
    assert (made.user, made.skip_authorization, made.algorithm) == (None, False, "RS256")
    change = reverse("admin:oauth2_application_change", args=[made.pk])
    assert made.client_secret not in client.get(change).content.decode()
    assert client.post(change, admin_form(name="Renamed")).status_code == 302
    for privilege in ({"user": boss}, {"skip_authorization": True, "user": None}):
        Application.objects.update(**privilege)
        assert client.post(change, admin_form(name="Mine")).status_code == 403
        assert client.post(change.replace("change", "delete"), {"post": "yes"}).status_code == 403
        form = {"action": "delete_selected", "_selected_action": [str(made.pk)], "post": "yes"}
        client.post(reverse("admin:oauth2_application_changelist"), form)
        assert Application.objects.get().name == "Renamed"


def test_grants_that_are_not_offered_cannot_be_registered_in_the_admin(admin_client: Client) -> None:
    form = admin_form(authorization_grant_type="implicit")
    response = admin_client.post(reverse("admin:oauth2_application_add"), form)

    assert "authorization_grant_type" in response.context["adminform"].form.errors


def test_keys_rotate_by_their_order(client: Client, user: User, settings: Any, tmp_path: Any) -> None:
    import jwt  # noqa: PLC0415

    new, old = (local_private_key(tmp_path / name) for name in ("new", "old"))
    keys = {"OIDC_RSA_PRIVATE_KEY": new, "OIDC_RSA_PRIVATE_KEYS_INACTIVE": [old]}
    settings.OAUTH2_PROVIDER = settings.OAUTH2_PROVIDER | keys

    published = client.get("/.well-known/jwks.json").json()["keys"]

    assert all(key["kty"] == "RSA" and "d" not in key for key in published)
    assert len({key["kid"] for key in published}) == 2
    header = jwt.get_unverified_header(tokens_for(user, register())["id_token"])
    assert header["kid"] == published[0]["kid"]


@pytest.mark.parametrize("key", ["word", "-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----"])
def test_a_deployment_without_a_usable_key_is_refused(key: str) -> None:
    assert "OIDC_PRIVATE_KEY must be RSA private keys of at least 2048 bits in PEM" in refusal(OIDC_PRIVATE_KEY=key)
