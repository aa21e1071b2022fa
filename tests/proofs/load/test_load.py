"""The load test: that its callers get in, that their scenarios work, and that its verdict is right."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.demo.data import SIZES, load
from proofs.contract.apis import ROOTS
from tests.authentication import METHODS, authenticate_somehow
from tools.load.credentials import credentials, headers_of
from tools.load.scenarios import TASKS, Scenario
from tools.load.verdict import find_faults, is_this_machine


@dataclass
class DjangosCaller:
    """A caller without a network."""

    root: str
    client: Client

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, name: str = "") -> Any:
        address = path if "://" in path else self.root + path
        response = self.client.generic(method, address, json.dumps(body) if body else b"", "application/json")
        assert response.status_code < 300, f"{method} {address} was answered {response.status_code}"
        return response.json()


@pytest.mark.django_db
@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("scenario", TASKS, ids=lambda scenario: scenario.__name__)
def test_each_scenario_works(user: User, scenario: Scenario, root: str) -> None:
    list(load(owner=user, **dict.fromkeys(SIZES, 60)))
    client = Client()
    authenticate_somehow(client, user)

    scenario(DjangosCaller(root, client))


@pytest.mark.django_db
@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("method", METHODS)
def test_the_headers_of_a_caller_are_all_they_need(user: User, method: str, root: str) -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.patch(
        f"{root}users/me/", {"name": "Ada"}, content_type="application/json", headers=headers_of(user, method)
    )

    assert answer.status_code == 200
    assert answer.json()["id"] == user.pk


@pytest.mark.django_db
def test_there_are_callers_of_every_kind(user: User) -> None:
    list(load(owner=user, **dict.fromkeys(SIZES, 1)))

    assert len(credentials()) == User.objects.count() * len(METHODS)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ({"requests": 1000, "failures": 0, "p95": 199.9}, []),
        ({"requests": 1000, "failures": 0, "p95": 200}, ["up to 200 ms"]),
        ({"requests": 1000, "failures": 1, "p95": 10}, ["1 of 1000 requests failed"]),
        ({"requests": 1000, "failures": 1000, "p95": 5000}, ["failed", "5000 ms"]),
        ({"requests": 0, "failures": 0, "p95": 0}, ["nothing was measured"]),
    ],
)
def test_the_verdict_names_what_is_wrong(outcome: dict[str, Any], words: list[str]) -> None:
    faults = find_faults(**outcome)

    assert len(faults) == len(words)
    assert all(word in fault for word, fault in zip(words, faults, strict=True))


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:1/", "http://127.1.2.3"]
)
def test_this_machine_may_be_loaded(address: str) -> None:
    assert is_this_machine(address)


@pytest.mark.parametrize(
    "address", ["", "http://10.0.0.1", "https://example.com", "http://localhost.example.com", "http://127.0.0.1.nip.io"]
)
def test_others_may_not(address: str) -> None:
    assert not is_this_machine(address)
