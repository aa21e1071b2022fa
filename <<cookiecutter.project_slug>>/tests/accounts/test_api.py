"""The current user over HTTP, for each way to authenticate."""

import pytest

from apps.accounts.models import User
from tests.authentication import METHODS, Authenticate
from tests.client import ApiClient

each_method = pytest.mark.parametrize("authenticate", METHODS.values(), ids=METHODS)


@each_method
def test_shows_and_changes_the_current_user(root: str, user: User, authenticate: Authenticate) -> None:
    api = ApiClient(root, user, authenticate)

    response = api.patch("users/me/", {"name": "Ada Lovelace"})

    assert response.status_code == 200
    assert response.json()["name"] == "Ada Lovelace"
    shown = api.get("users/me/").json()
    assert shown == response.json()
    assert shown.keys() == {"id", "email", "name", "date_joined"}
    assert (shown["id"], shown["email"]) == (user.pk, user.email)


@each_method
def test_an_inactive_user_is_not_authenticated(root: str, user: User, authenticate: Authenticate) -> None:
    api = ApiClient(root, user, authenticate)
    User.objects.update(is_active=False)

    assert api.get("users/me/").status_code == 401


@pytest.mark.parametrize("field", ["email", "is_staff", "id"])
def test_other_fields_cannot_be_changed(api: ApiClient, user: User, field: str) -> None:
    response = api.patch("users/me/", {field: "1"})

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field
    assert api.get("users/me/").json()["email"] == user.email


@pytest.mark.parametrize("token", ["", "x", "Bearer x", "Bearer eyJhbGciOiJub25lIn0.e30.", "Basic dXNlcjpwYXNz"])
def test_bad_credentials_are_refused(root: str, db: None, token: str) -> None:
    response = ApiClient(root).get("users/me/", headers={"Authorization": token})

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"]
