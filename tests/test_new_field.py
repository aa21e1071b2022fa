"""A new field of an order takes four edits: the model, its migration, what is returned and what is accepted."""

from pathlib import Path

import pytest

from baking import Bakery
from environment import Environment
from running import commit, git, run
from suites import run_suite
from workshop import place

# What to find in a file, once, and what to put there.
MODEL = {
    "apps/orders/models.py": {
        "    tracking_number = models.CharField(max_length=100, blank=True)\n": (
            "    tracking_number = models.CharField(max_length=100, blank=True)\n"
            '    note = models.TextField(max_length=500, blank=True, db_default="")\n'
        )
    }
}
API = {
    "drf": {
        "apps/orders/api/serializers.py": {
            '            "tracking_number",\n            "item_count",\n': (
                '            "tracking_number",\n            "note",\n            "item_count",\n'
            ),
            'fields = ["customer", "shipping_address", "items"]': (
                'fields = ["customer", "shipping_address", "note", "items"]'
            ),
        }
    },
    "ninja": {
        "apps/orders/api/schemas.py": {
            'fields = ["id", "shipping_address", "tracking_number", "created_at"]': (
                'fields = ["id", "shipping_address", "tracking_number", "note", "created_at"]'
            ),
            (
                "    items: list[OrderItemIn] = Field(min_length=1, max_length=MAX_ITEMS)\n\n"
                '    class Meta:\n        model = Order\n        fields = ["shipping_address"]\n'
            ): (
                "    items: list[OrderItemIn] = Field(min_length=1, max_length=MAX_ITEMS)\n\n"
                '    class Meta:\n        model = Order\n        fields = ["shipping_address", "note"]\n'
            ),
        }
    },
}
TEST = """
import pytest

from apps.accounts.models import User
from tests.client import ApiClient
from tests.orders.test_api import new_order


@pytest.mark.parametrize("given", [{}, {"note": "Ring twice."}])
def test_a_note_goes_in_and_comes_out(api: ApiClient, user: User, given: dict[str, str]) -> None:
    created = api.post("orders/", new_order(user, **given)).json()

    assert created["note"] == given.get("note", "")
    assert api.get(f"orders/{created['id']}/").json() == created
    assert api.get("orders/").json()["results"] == [created]


def test_the_note_is_validated_by_the_model(api: ApiClient, user: User) -> None:
    refused = api.post("orders/", new_order(user, note="x" * 501))

    assert refused.status_code == 400
    assert [(error["field"], error["code"]) for error in refused.json()["errors"]] == [("note", "max_length")]
"""


@pytest.mark.parametrize("api", API)
def test_a_field_goes_in_and_out_after_four_edits(
    api: str, bake: Bakery, environment: Environment, tmp_path: Path
) -> None:
    project = place(bake({"api": api}), tmp_path / "project")
    git(project, "init", "--quiet", "--initial-branch=main")
    commit(project)

    for name, edits in {**MODEL, **API[api]}.items():
        text = (project / name).read_text("utf-8")
        for old, new in edits.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (project / name).write_text(text, "utf-8")
    run(environment.python, "manage.py", "makemigrations", cwd=project)

    git(project, "add", "--all")
    lines = git(project, "diff", "--cached", "--numstat", "--", "*.py", ":!*/migrations/*").splitlines()
    assert [line.split("\t")[0] for line in lines] in (["2", "1"], ["1", "2"]), lines
    checked = run(environment.python, "manage.py", "check", cwd=project)
    assert "not compiled" not in checked.stdout + checked.stderr
    run(environment.program("ruff"), "format", "--no-cache", "--check", "apps", cwd=project)
    (project / "tests" / "orders" / "test_note.py").write_text(TEST, "utf-8")
    passed, tests, ended = run_suite(project, environment, "--no-cov", "tests/orders/test_note.py", "tests/walks")
    assert passed, ended.output
    assert tests
