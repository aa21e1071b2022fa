import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import IntegrityError
from django.shortcuts import resolve_url
from django.test import Client, RequestFactory

from apps.accounts.models import User
from apps.accounts.services import update_profile
from tests.factories import PASSWORD, UserFactory
from tests.queries import watch_queries

pytestmark = pytest.mark.django_db


def test_people_sign_in_with_their_email_address_whatever_its_case() -> None:
    user = UserFactory.create(email="Ada@Example.com")

    request = RequestFactory().post("/")
    assert authenticate(request, username="ada@example.COM", password=PASSWORD) == user
    assert authenticate(request, username="ada@example.com", password="wrong") is None


def test_an_address_is_kept_in_lower_case() -> None:
    user = User(email="Ada@Example.com")
    user.save()

    assert user.email == "ada@example.com"
    assert User.objects.get(email="ADA@example.com").email == "ada@example.com"


def test_an_address_belongs_to_one_user_whatever_its_case() -> None:
    UserFactory.create(email="ada@example.com")

    with pytest.raises(IntegrityError):
        UserFactory.create(email="ADA@example.com")


def test_a_user_needs_an_address() -> None:
    with pytest.raises(ValueError, match="needs an e-mail address"):
        User.objects.create_user("")


def test_without_a_password_nobody_signs_in() -> None:
    user = User.objects.create_user("ada@example.com")

    assert not user.has_usable_password()


def test_a_superuser_may_do_everything() -> None:
    user = User.objects.create_superuser("ada@example.com", "secret", is_staff=False)

    assert user.is_staff
    assert user.is_superuser
    assert user.check_password("secret")


def test_a_user_is_called_by_name_or_else_by_address() -> None:
    nameless, ada = User(email="x@example.com"), User(email="ada@example.com", name="Ada")

    assert (nameless.get_full_name(), nameless.get_short_name(), str(nameless)) == ("x@example.com",) * 3
    assert (ada.get_full_name(), ada.get_short_name(), str(ada)) == ("Ada", "Ada", "ada@example.com")


def test_a_new_name_is_written_and_nothing_else(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_staff=True)

    with watch_queries() as log:
        update_profile(user=user, name="Grace")

    assert len(log) == 1
    user.refresh_from_db()
    assert (user.name, user.is_staff) == ("Grace", True)


def test_a_log_in_that_names_no_page_to_go_on_to_ends_on_one_that_is_there(client: Client, user: User) -> None:
    client.force_login(user)
    url = resolve_url(settings.LOGIN_REDIRECT_URL)

    assert client.get(url).status_code == 200
