"""Every API is documented in the same words: only the addresses differ, and the order of what has none."""

import json
from typing import Any

import pytest

from proofs.contract.apis import ROOTS
from proofs.contract.documents import DOCUMENTS


def comparable(root: str) -> Any:
    """The document of the API at `root`, wherever it is mounted and in whatever order it names things."""
    document = json.loads(json.dumps(DOCUMENTS[root]).replace(root, "/"))
    document.setdefault("servers", [])  # none is the same as an empty list
    return in_order(document)


def in_order(value: Any, key: str = "") -> Any:
    """Return `value` with its names of required fields and servers sorted."""
    if isinstance(value, dict):
        return {name: in_order(inner, name) for name, inner in value.items()}
    if key == "security":  # Ninja knows no scopes
        return [dict.fromkeys(requirement) for requirement in value]
    if isinstance(value, list):
        inner = [in_order(one) for one in value]
        return (
            sorted(inner, key=lambda one: json.dumps(one, sort_keys=True)) if key in {"required", "servers"} else inner
        )
    return value


@pytest.mark.parametrize("section", ["schemas", "responses", "securitySchemes"])
@pytest.mark.parametrize("other", ROOTS[1:])
def test_components_are_the_same(section: str, other: str) -> None:
    first = comparable(ROOTS[0])["components"][section]

    assert first
    assert comparable(other)["components"][section] == first


@pytest.mark.parametrize("other", ROOTS[1:])
def test_everything_is_the_same(other: str) -> None:
    assert comparable(other) == comparable(ROOTS[0])
