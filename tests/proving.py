"""The proofs of the plumbing, in tests/proofs: made for a set of answers and put into its project.

They are written as the skeleton is, with every option on and conditions as comments.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cookiecutter.generate import generate_context
from cookiecutter.prompt import prompt_for_config
from cookiecutter.utils import create_env_with_context

from options import ROOT

PROOFS = ROOT / "tests" / "proofs"


def table(answers: Mapping[str, Any]) -> list[tuple[bool, list[str]]]:
    """Return whole files and folders of proofs, each list of them after whether ``answers`` leave it out."""
    api, auth = answers["api"], answers["auth"]
    drf, example = "drf" in api, answers["use_example"]
    return [
        (not drf, ["contract/guards/drf.py", "contract/test_guards_drf.py", "operations/uploads_drf.py"]),
        (
            "ninja" not in api,
            [
                "contract/guards/ninja.py",
                "contract/test_guards_ninja.py",
                "core/test_ninja.py",
                "operations/uploads_ninja.py",
            ],
        ),
        (
            api != "drf+ninja",
            [
                "contract/shop/test_same_answers.py",
                "contract/test_same_answers.py",
                "contract/test_same_openapi.py",
            ],
        ),
        ("session" not in auth, ["accounts/test_session.py", "contract/test_csrf.py"]),
        ("jwt" not in auth, ["accounts/test_jwt.py"]),
        ("oauth2" not in auth, ["oauth2"]),
        (not answers["use_celery"], ["notifications/test_tasks.py", "outbox", "workers"]),
        (answers["use_celery"], ["core/test_idempotency_command.py", "notifications/test_digests.py"]),
        (not answers["use_redis"], ["workers/test_outages.py"]),
        (not (answers["use_celery"] and answers["use_redis"] and example), ["outages"]),
        (
            not example,
            [
                "catalog",
                "contract/shop",
                "core/test_idempotency.py",
                "core/test_idempotency_command.py",
                "migrations/sku",
                "migrations/test_required_column.py",
                "notifications",
                "orders",
                "workers/chaos.py",
                "workers/test_chaos.py",
            ],
        ),
        (not (drf and example), ["core/test_compiled.py"]),
        (not ("ninja" in api and example), ["core/test_compiled_ninja.py"]),
    ]


def context_of(answers: Mapping[str, str]) -> dict[str, Any]:
    """Return what Cookiecutter renders templates with for ``answers``."""
    context: dict[str, Any] = generate_context(
        context_file=str(ROOT / "cookiecutter.json"), default_context={}, extra_context=dict(answers)
    )
    context["cookiecutter"] = prompt_for_config(context, no_input=True)
    return context


def renderer(answers: Mapping[str, str]) -> Callable[[str], str]:
    """Return what makes of a template's text what Cookiecutter makes of it for ``answers``."""
    context = context_of(answers)
    environment = create_env_with_context(context)
    return lambda text: str(environment.from_string(text).render(**context))


def put_proofs(project: Path, answers: Mapping[str, str]) -> Path:
    """Write into ``project`` the proofs for ``answers`` as the package ``proofs``, and return its folder."""
    render = renderer(answers)
    given = context_of(answers)["cookiecutter"]
    left_out = {PROOFS / path for unwanted, paths in table(given) if unwanted for path in paths}
    for path in sorted(PROOFS.rglob("*.py")):
        if not left_out.intersection([path, *path.parents]):
            target = project / "proofs" / path.relative_to(PROOFS)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(render(path.read_text("utf-8")), "utf-8")
    return project / "proofs"
