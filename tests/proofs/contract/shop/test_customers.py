"""customers/: the caller's own, and nobody else's."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.orders.models import Customer
from proofs.contract.client import ApiClient
from tests.orders.factories import CustomerFactory, OrderFactory

ADA = {"name": "Ada", "email": "ada@example.com"}


def test_creates_a_customer_of_the_caller(api: ApiClient, user: User) -> None:
    answer = api.post("customers/", {"name": " Ada ", "email": "ada@example.com"})

    assert answer.status == 201
    customer = Customer.objects.get()
    assert customer.owner == user
    assert list(answer.json) == ["id", "name", "email", "created_at"]
    assert answer.json["id"] == customer.pk
    assert answer.json["name"] == "Ada"
    assert answer.json["created_at"].endswith("Z")
    assert answer.headers["Location"].endswith(f"{api.root}customers/{customer.pk}/")
    assert api.get(answer.headers["Location"].removeprefix("http://testserver")).json == answer.json


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"name": ""}, [("name", "blank")]),
        ({"name": " \t\n"}, [("name", "blank")]),
        ({"name": None}, [("name", "null")]),
        ({"name": {}}, [("name", "invalid")]),
        ({"name": True}, [("name", "invalid")]),
        ({"name": ["Ada"]}, [("name", "invalid")]),
        ({"name": "x" * 201}, [("name", "max_length")]),
        ({"name": "nul\0"}, [("name", "invalid")]),
        ({"email": "ada"}, [("email", "invalid")]),
        ({"email": "x" * 250 + "@example.com"}, [("email", "max_length")]),
        ({"email": ""}, [("email", "blank")]),
        ({"name": "", "email": None, "owner": 3}, [("name", "blank"), ("email", "null"), ("owner", "unknown_field")]),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_refuses_values_that_are_none(
    someone: ApiClient, customer: Customer, method: str, change: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    path = "customers/" if method == "POST" else f"customers/{customer.pk}/"
    answer = someone.request(method, path, ADA | change)

    assert answer.status == 400
    assert answer.fields() == errors
    assert Customer.objects.get().name == customer.name


def test_says_what_is_missing(someone: ApiClient) -> None:
    assert someone.post("customers/", {}).fields() == [("name", "required"), ("email", "required")]


def test_lists_the_callers_customers_newest_first(api: ApiClient, user: User) -> None:
    first, second = CustomerFactory.create_batch(2, owner=user)
    CustomerFactory.create()

    answer = api.get("customers/")

    assert [customer["id"] for customer in answer.json["results"]] == [second.pk, first.pk]


def test_changes_only_what_is_sent(api: ApiClient, customer: Customer) -> None:
    answer = api.patch(f"customers/{customer.pk}/", {"name": "Grace"})

    assert answer.status == 200
    assert answer.json["name"] == "Grace"
    assert answer.json["email"] == customer.email
    customer.refresh_from_db()
    assert customer.name == "Grace"


def test_an_empty_change_changes_nothing(api: ApiClient, customer: Customer) -> None:
    assert api.patch(f"customers/{customer.pk}/", {}).json["name"] == customer.name


def test_deletes_a_customer_without_orders(api: ApiClient, customer: Customer) -> None:
    answer = api.delete(f"customers/{customer.pk}/")

    assert answer.status == 204
    assert answer.content == b""
    assert not Customer.objects.exists()


def test_keeps_a_customer_with_orders(api: ApiClient, customer: Customer) -> None:
    OrderFactory.create(owner=customer.owner, customer=customer)

    answer = api.delete(f"customers/{customer.pk}/")

    assert answer.status == 409
    assert answer.json["code"] == "conflict"
    assert Customer.objects.exists()


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_somebody_elses_customer_is_a_404(api: ApiClient, method: str) -> None:
    theirs = CustomerFactory.create(name="Theirs")

    assert api.request(method, f"customers/{theirs.pk}/", {"name": "Mine"}).status == 404
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "customers/"),
        ("POST", "customers/"),
        ("GET", "customers/1/"),
        ("PATCH", "customers/1/"),
        ("DELETE", "customers/1/"),
    ],
)
def test_visitors_are_asked_who_they_are(visitor: ApiClient, method: str, path: str) -> None:
    assert visitor.request(method, path, ADA).status == 401


def test_a_customer_cannot_be_replaced_whole(someone: ApiClient, customer: Customer) -> None:
    answer = someone.request("PUT", f"customers/{customer.pk}/", ADA)

    assert answer.status == 405
    assert answer.allowed == {"DELETE", "GET", "HEAD", "PATCH"}
