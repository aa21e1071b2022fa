"""Every API gives the same answers: one request, sent to each, gets the same status, headers, body and errors."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts.models import User
from proofs.contract.apis import ROOTS
from proofs.contract.client import Answer, ApiClient
from proofs.contract.test_hostile import BODIES, CONTENT_TYPES, HEADERS, METHODS, PATHS, QUERIES, VALUES, Hostile

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(len(ROOTS) < 2, reason="There is one API, and nothing to compare it with."),
]

# Whether a query is read that nothing depends on, whether `?format=` is a parameter, what a length means that no server lets through, what is coerced,
# and how many unknown fields are named.
NOT_COMPARED = {
    "more parameters than Django reads",
    "a format that does not exist",
    "a negative length",
    "2 MB of keys",
    "UTF-16 that says so",
    "a key of half a surrogate pair",
}
COMPARED = [
    hostile
    for hostile in [*PATHS, *QUERIES, *METHODS, *CONTENT_TYPES, *BODIES, *VALUES, *HEADERS]
    if hostile.about not in NOT_COMPARED and hostile.statuses != {200, 400}
]

# How long it took, which request it was, and what Django REST framework adds to every answer.
OWN_HEADERS = {"X-Request-ID", "X-Response-Time", "Server-Timing", "Content-Length", "Allow"}


def comparable(answer: Answer, root: str) -> dict[str, object]:
    """What must be the same: not the words for people, nor the order of names in a header."""
    headers: dict[str, object] = {
        name: value.replace(root, "/") for name, value in answer.headers.items() if name not in OWN_HEADERS
    }
    if answer.status == 405:
        headers.pop("Vary", None)  # whether the caller was looked at before the method
        headers["Allow"] = answer.allowed
    if "Vary" in headers:
        headers["Vary"] = set(re.split(r",\s*", answer.headers["Vary"]))
    body: object = answer.json if answer.content else None
    if answer.status >= 400 and answer.content:
        body = [answer.json["code"], sorted(answer.fields())]
    return {"status": answer.status, "headers": headers, "body": body}


@pytest.mark.parametrize(
    ("signed_in", "hostile"),
    [(True, hostile) for hostile in COMPARED]
    + [(False, hostile) for hostile in COMPARED if hostile in METHODS or hostile.method == "GET"],
    ids=lambda value: value.about if isinstance(value, Hostile) else "user" if value else "visitor",
)
def test_to(
    hostile: Hostile,
    user: User,
    authenticate_somehow: Callable[[Client, User], None],
    signed_in: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    answers = []
    for root in ROOTS:
        client = ApiClient(root)
        if signed_in:
            authenticate_somehow(client.django, user)
        answer = client.request(
            hostile.method, hostile.path, hostile.body, headers=hostile.headers, content_type=hostile.content_type
        )
        answers.append(comparable(answer, root))

    for other in answers[1:]:
        assert other == answers[0]
