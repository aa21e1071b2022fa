"""The admin is no way to more rights: one staff user for each permission there is tries every page."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from apps.accounts.admin import GroupAdmin, UserAdmin, is_privileged
from apps.accounts.models import User
from tests.factories import UserFactory

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TOKEN = "a-social-token-that-opens-a-door"
APP_SECRET = "the-secret-of-a-social-app"
OAUTH2_TOKEN = "an-access-token-of-the-boss"
OAUTH2_CODE = "an-authorization-code-of-the-boss"
TAKEN_OVER = "taken-over-by-staff-1"


@pytest.fixture
def boss(db: None) -> User:
    """A superuser with everything that somebody might want to steal."""
    boss = UserFactory.create(email="boss@example.com", is_staff=True, is_superuser=True)
    EmailAddress.objects.create(user=boss, email=boss.email, verified=True, primary=True)
    TOTP.activate(boss, TOTP_SECRET)
    RecoveryCodes.activate(boss)
    app = SocialApp.objects.create(provider="google", name="Google", client_id="x", secret=APP_SECRET)
    account = SocialAccount.objects.create(user=boss, provider="google", uid="1")
    SocialToken.objects.create(app=app, account=account, token=TOKEN)
    if apps.is_installed("oauth2_provider"):
        client = apps.get_model("oauth2", "Application").objects.create(name="App", user=boss)
        expires = timezone.now() + timedelta(days=1)
        tokens = apps.get_model("oauth2_provider", "AccessToken")
        tokens.objects.create(application=client, user=boss, token=OAUTH2_TOKEN, expires=expires)
        grants = apps.get_model("oauth2_provider", "Grant")
        grants.objects.create(application=client, user=boss, code=OAUTH2_CODE, expires=expires)
    group = Group.objects.create(name="Managers")
    group.permissions.set(Permission.objects.all())
    return boss


def secrets(boss: User) -> list[str]:
    """Return what is to be on no page."""
    stored = [
        str(value) for one in Authenticator.objects.all() for value in one.data.values() if isinstance(value, str)
    ]
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    hashes = [boss.password]
    if apps.is_installed("oauth2_provider"):
        hashes += apps.get_model("oauth2", "Application").objects.values_list("client_secret", flat=True)
        hashes += apps.get_model("oauth2_provider", "AccessToken").objects.values_list("token_checksum", flat=True)
    return [TOTP_SECRET, TOKEN, APP_SECRET, OAUTH2_TOKEN, OAUTH2_CODE, *stored, *codes, *hashes]


def state(boss: User) -> list[Any]:
    """Return everything by which somebody could come to act as `boss`, or with more rights than their own."""
    models: list[Any] = [EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken]
    rows: list[Any] = [list(model.objects.order_by("pk").values()) for model in models]
    if apps.is_installed("oauth2_provider"):
        tokens = [apps.get_model("oauth2_provider", name) for name in ("AccessToken", "Grant", "RefreshToken")]
        rows += [list(model.objects.order_by("pk").values()) for model in tokens]
        # Staff may register clients, but none that acts without asking the user.
        acting = Q(skip_authorization=True) | Q(user__isnull=False)
        clients = apps.get_model("oauth2", "Application").objects.filter(acting)
        rows.append(list(clients.order_by("pk").values()))
    users = User.objects.filter(is_superuser=True).order_by("pk")
    rows.append(list(users.values("pk", "email", "password", "is_active")))
    rows.append(sorted(Group.objects.values_list("name", "permissions")))
    rows.append(sorted(User.objects.values_list("pk", "user_permissions", "groups", "is_staff"), key=str))
    return rows


def pages() -> Iterator[str]:
    """Yield the path of every page of the admin for each registered model."""
    yield reverse("admin:index")
    for model in admin.site._registry:  # noqa: SLF001
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"  # noqa: SLF001
        for page in ("changelist", "add"):
            yield reverse(f"{name}_{page}")
        for pk in model._default_manager.values_list("pk", flat=True)[:5]:  # noqa: SLF001
            for page in ("change", "delete", "history"):
                yield reverse(f"{name}_{page}", args=[pk])
    for pk in User.objects.values_list("pk", flat=True):
        yield reverse("admin:auth_user_password_change", args=[pk])


def hostile_form(page: Any, boss: User) -> dict[str, Any]:
    """Return the form of a page as it stands, and with every field by which rights change hands."""
    data: dict[str, Any] = {}
    adminform = (page.context or {}).get("adminform") if page.status_code == 200 else None
    if adminform is not None:
        data = {name: value for name, value in adminform.form.initial.items() if isinstance(value, str | int)}
    everything = [str(pk) for pk in Permission.objects.values_list("pk", flat=True)]
    return data | {
        "email": data.get("email", "boss@example.com"),
        "is_staff": "on",
        "is_superuser": "on",
        "is_active": "on",
        "groups": [str(pk) for pk in Group.objects.values_list("pk", flat=True)],
        "user_permissions": everything,
        "permissions": everything,
        "name": data.get("name", "x"),
        "user": str(boss.pk),
        "skip_authorization": "on",
        "redirect_uris": "https://evil.example.com/",
        "client_id": data.get("client_id", "evil"),
        "client_secret": "evil",
        "client_type": "confidential",
        "authorization_grant_type": "client-credentials",
        "verified": "on",
        "primary": "on",
        "type": "at",
        "data": "{}",
        "hash": "x",
        "provider": "google",
        "uid": "attacker",
        "usable_password": "true",
        "password": TAKEN_OVER,
        "password1": TAKEN_OVER,
        "password2": TAKEN_OVER,
        "post": "yes",
        "_save": "1",
    }


def permissions_to_try() -> list[list[Permission]]:
    """Return each permission of a model with pages, by itself, and those of the models without, together."""
    with_pages = {(model._meta.app_label, model._meta.model_name) for model in admin.site._registry}  # noqa: SLF001
    alone, together = [], []
    for permission in Permission.objects.select_related("content_type"):
        kind = permission.content_type
        if (kind.app_label, kind.model) in with_pages:
            alone.append([permission])
        else:
            together.append(permission)
    return [*alone, together]


@pytest.mark.django_db
@pytest.mark.timeout(300)
def test_no_permission_alone_leads_to_more_rights_or_to_a_secret(boss: User) -> None:
    hidden = secrets(boss)
    UserFactory.create(email="colleague@example.com", is_staff=True).user_permissions.set(Permission.objects.all()[:3])
    for permissions in permissions_to_try():
        label = permissions[0].codename
        attacker = UserFactory.create(is_staff=True)
        attacker.user_permissions.set(permissions)
        client = Client(raise_request_exception=True)
        client.force_login(attacker)
        before = state(boss)
        for path in pages():
            page = client.get(path)
            shown = page.content.decode()
            assert not [secret for secret in hidden if secret in shown], (label, path)
            if page.status_code == 200:
                client.post(path, hostile_form(page, boss))
        assert state_without_ordinary(state(boss)) == state_without_ordinary(before), label
        attacker.refresh_from_db()
        assert not attacker.is_superuser, label
        assert not User.objects.exclude(pk=boss.pk).filter(is_superuser=True).exists(), label
        attacker.delete()


def state_without_ordinary(rows: list[Any]) -> list[Any]:
    """Return `rows` without the last, users, of whom new ordinary ones may be there and old ordinary ones gone."""
    *others, users = rows
    return [*others, [user for user in users if user[1] or user[2] or user[3]]]


@pytest.mark.parametrize("action", ["delete_selected", "remove_second_factors", "make_verified"])
def test_no_action_in_bulk_does_either(boss: User, action: str) -> None:
    staff = UserFactory.create(is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(content_type__model__in=["user", "emailaddress"]))
    client = Client()
    client.force_login(staff)
    before = state(boss)
    everybody = [str(pk) for pk in User.objects.values_list("pk", flat=True)]

    client.post(
        reverse("admin:accounts_user_changelist"),
        {"action": action, "_selected_action": everybody, "post": "yes", "index": "0"},
    )

    assert state(boss) == before


def test_a_superuser_removes_second_factors(boss: User, user: User) -> None:
    TOTP.activate(user, TOTP_SECRET)
    client = Client()
    client.force_login(boss)

    client.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "remove_second_factors", "_selected_action": [str(user.pk)]},
    )

    assert not Authenticator.objects.filter(user=user).exists()
    assert Authenticator.objects.filter(user=boss).exists()


def privileged_users() -> dict[str, User]:
    """Return users who may do more than others, by what it is."""
    users = {
        name: UserFactory.create(email=f"{name}@example.com")
        for name in ("staff", "superuser", "inactive", "permission", "group", "object")
    }
    User.objects.filter(pk=users["staff"].pk).update(is_staff=True)
    User.objects.filter(pk=users["superuser"].pk).update(is_superuser=True)
    User.objects.filter(pk=users["inactive"].pk).update(is_active=False)
    permission = Permission.objects.get(codename="change_user")
    for name in ("permission", "inactive"):
        users[name].user_permissions.add(permission)
    users["group"].groups.add(Group.objects.create(name="Any"))
    assign_perm("accounts.change_user", users["object"], users["staff"])
    return users


@pytest.mark.parametrize("name", ["staff", "superuser", "inactive", "permission", "group", "object"])
def test_who_looks_after_users_writes_to_ordinary_ones_only(user: User, name: str) -> None:
    target = privileged_users()[name]
    staff = UserFactory.create(is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(content_type__model="user"))
    client = Client()
    client.force_login(staff)
    form = {"usable_password": "true", "password1": TAKEN_OVER, "password2": TAKEN_OVER}

    assert client.post(reverse("admin:auth_user_password_change", args=[target.pk]), form).status_code == 403
    assert client.post(reverse("admin:auth_user_password_change", args=[user.pk]), form).status_code == 302

    target.refresh_from_db()
    user.refresh_from_db()
    assert not target.check_password(TAKEN_OVER)
    assert user.check_password(TAKEN_OVER)
    assert is_privileged(target)
    assert not is_privileged(user)


def test_every_admin_is_this_projects_own() -> None:
    for model, model_admin in admin.site._registry.items():  # noqa: SLF001
        assert type(model_admin).__module__.startswith(("apps.", "config.")), model
    assert isinstance(admin.site._registry[User], UserAdmin)  # noqa: SLF001
    assert isinstance(admin.site._registry[Group], GroupAdmin)  # noqa: SLF001


@pytest.mark.parametrize(
    "name", ["account_emailaddress", "mfa_authenticator", "socialaccount_socialtoken", "oauth2_provider_accesstoken"]
)
def test_models_with_secrets_have_no_page(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{name}_changelist")
