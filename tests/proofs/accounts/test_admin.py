"""What somebody who looks after users sees and does in the admin."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.accounts.models import User
from tests.factories import PASSWORD, UserFactory
from tests.queries import watch_queries

USERS = "admin:accounts_user_changelist"


@pytest.fixture
def superuser(db: None, client: Client) -> Client:
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def helper(client: Client, staff: User) -> Client:
    """Somebody who may look after users, but is no superuser."""
    staff.user_permissions.set(Permission.objects.filter(content_type__model="user"))
    client.force_login(staff)
    return client


@pytest.mark.parametrize("email", ["boss@example.com", "BOSS@example.com"])
def test_one_signs_in_with_the_email_address(client: Client, db: None, email: str) -> None:
    UserFactory.create(email="boss@example.com", is_staff=True, is_superuser=True)

    client.post(reverse("admin:login"), {"username": email, "password": PASSWORD})

    assert client.get(reverse("admin:index")).status_code == 200


def test_the_list_costs_as_many_queries_for_25_users_as_for_two(superuser: Client) -> None:
    def queries() -> int:
        with watch_queries() as log:
            assert superuser.get(reverse(USERS)).status_code == 200
        return len(log)

    superuser.get(reverse(USERS))  # what is cached is cached now
    few = queries()
    UserFactory.create_batch(24)
    assert queries() == few


def test_a_user_is_added_by_email_address_and_can_sign_in(superuser: Client) -> None:
    superuser.post(
        reverse("admin:accounts_user_add"),
        {
            "email": "New@example.com",
            "name": "New",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )

    assert Client().login(request=RequestFactory().post("/"), email="new@example.com", password=PASSWORD)


def test_the_same_address_in_other_letters_is_taken(superuser: Client, user: User) -> None:
    response = superuser.post(
        reverse("admin:accounts_user_add"), {"email": user.email.upper(), "usable_password": "false"}
    )

    assert "already exists" in response.content.decode()


def test_a_user_is_changed_and_gets_a_new_password(superuser: Client, user: User) -> None:
    superuser.post(reverse("admin:accounts_user_change", args=[user.pk]), {"email": user.email, "name": "Renamed"})
    superuser.post(
        reverse("admin:auth_user_password_change", args=[user.pk]),
        {"usable_password": "true", "password1": "another battery staple", "password2": "another battery staple"},
    )

    user.refresh_from_db()
    assert user.name == "Renamed"
    assert user.check_password("another battery staple")


def test_only_a_superuser_gives_privileges(helper: Client, user: User) -> None:
    helper.post(
        reverse("admin:accounts_user_change", args=[user.pk]),
        {"email": user.email, "name": "Renamed", "is_active": "on", "is_staff": "on", "is_superuser": "on"},
    )

    user.refresh_from_db()
    assert user.name == "Renamed"
    assert not user.is_staff
    assert not user.is_superuser


@pytest.mark.parametrize(
    "name", ["admin:accounts_user_change", "admin:accounts_user_delete", "admin:auth_user_password_change"]
)
def test_only_a_superuser_writes_to_a_superuser(helper: Client, name: str) -> None:
    boss = UserFactory.create(is_superuser=True)

    assert helper.post(reverse(name, args=[boss.pk]), {"email": "me@example.com"}).status_code == 403


def test_whoever_may_only_look_sees_a_user_without_the_password(client: Client, staff: User, user: User) -> None:
    staff.user_permissions.set(Permission.objects.filter(codename="view_user"))
    client.force_login(staff)

    response = client.get(reverse("admin:accounts_user_change", args=[user.pk]))

    assert response.status_code == 200
    assert user.email in response.content.decode()
    assert user.password not in response.content.decode()


def test_groups_are_in_the_admin(superuser: Client) -> None:
    group = Group.objects.create(name="Warehouse")

    assert "Warehouse" in superuser.get(reverse("admin:auth_group_changelist")).content.decode()
    assert superuser.get(reverse("admin:auth_group_change", args=[group.pk])).status_code == 200
