"""The rules for answers, and the files that answers leave out. Cookiecutter imports this before its first question."""

import keyword
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import click
from cookiecutter.exceptions import FailedHookException
from cookiecutter.prompt import read_user_variable
from jinja2 import Environment, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context

FOLDER = "<<cookiecutter.project_slug>>"
SKELETON = Path(__file__).parent / FOLDER
LIBRARIES = Path(__file__).parent / "libraries.txt"  # all that uv installs: it refuses a project with such a name

LONGEST = {"project_name": 100, "project_slug": 50, "description": 200, "author_name": 100}
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DOMAIN = rf"(?:{LABEL}\.)+(?=[A-Za-z]){LABEL}"
EMAIL = rf"[A-Za-z0-9.!#$&'*+/=?^_{{|}}~-]+@{DOMAIN}"


class Refused(FailedHookException, SystemExit):
    """The end of the questions. Cookiecutter knows the first base and prints one line; with cruft, Python the second."""

    def __init__(self, line: str) -> None:
        """End with `line`."""
        super().__init__(line)
        self.code = line


class Answers(Extension):
    """The filters that cookiecutter.json and the hooks use."""

    def __init__(self, environment: Environment) -> None:
        """Register the filters."""
        super().__init__(environment)
        sys.modules.pop(__name__, None)  # cruft generates from two commits in one process, each with rules of its own
        environment.filters |= {
            "checked": checked,
            "checked_slug": checked_slug,
            "escaped": escaped,
            "left_out": left_out,
        }

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's
        """Return what is rendered for ``source``.

        The name of the project's folder is rendered first: by then every answer is checked, a replay's too, which asks
        no questions. A mark that ends in " -" takes away the blank line before it, which ruff wants in the skeleton,
        and keeps those after it, which Jinja would take away.
        """
        if source == FOLDER:
            return "<<cookiecutter|checked_slug>>"
        return re.sub(r"^\n(# % .*) -$", r"\1\n<# #>", source, flags=re.MULTILINE)


@pass_context
def checked(context: Context, answer: str, question: str) -> str:
    """Ask a person again until `answer` to `question` is a good one; anything else gets one line and the end."""
    answers = context["cookiecutter"]
    while problem := refusal(question, answer):
        if not somebody_is_asked():
            raise Refused(problem)
        click.echo(problem)
        answers[question] = answer = read_user_variable(question, ...)  # Enter would repeat a default
    return ""


def checked_slug(answers: Mapping[str, Any]) -> str:
    """Return the slug if all `answers` are good."""
    for question, answer in answers.items():
        if problem := refusal(question, answer):
            raise Refused(problem)
    return str(answers["project_slug"])


def somebody_is_asked() -> bool:
    """Tell whether a person sits at a terminal and answers questions."""
    command = click.get_current_context(silent=True)
    return bool(command and not command.params.get("no_input") and sys.stdin.isatty())


def refusal(question: str, answer: object) -> str:
    """Return what is wrong with `answer` to `question` in one line; nothing if it is good."""
    if isinstance(answer, str) and not question.startswith("_"):
        for kept, rule in rules(question, answer):
            if not kept:
                line = f"{question} = {answer[:60]!r} is refused: it {rule}."
                encoding = sys.stdout.encoding or "ascii"  # a terminal may not know every letter
                return line.encode(encoding, "backslashreplace").decode(encoding)
    return ""


def rules(question: str, answer: str) -> Iterator[tuple[object, str]]:
    """Yield every rule for `answer` to `question`: whether it is kept, and how it reads."""
    longest = LONGEST.get(question, 253)
    yield answer.strip() or question == "description", "must not be empty"
    yield len(answer) <= longest, f"must not be longer than {longest} characters"
    control = any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in answer)
    reversing = re.search("[\u202a-\u202e\u2066-\u2069]", answer)
    yield not (control or reversing), "must not contain control characters or line breaks"
    yield not re.search("<[%#<]|^# ?%", answer), "must not contain a < followed by <, % or #"
    if question == "project_slug":
        spelled = re.fullmatch("[a-z](?:[a-z0-9_]*[a-z0-9])?", answer)
        yield spelled, "must be lower-case a-z, 0-9 and _, beginning with a letter"
        yield not keyword.iskeyword(answer), "must not be a Python keyword"
        standard = answer in {*sys.stdlib_module_names, "test"}
        yield not standard, "must not be a module of Python's standard library"
        yield answer not in taken_names(), "must not be a name the project or its libraries use"
    if question == "author_email":
        yield re.fullmatch(EMAIL, answer), "must be an e-mail address such as you@example.com"
    if question == "domain_name":
        yield re.fullmatch(DOMAIN, answer), "must be a domain name such as example.com"


def escaped(text: str) -> str:
    """Return `text` as Python, JSON and TOML write it between double quotes, without letters that linters refuse."""
    return re.sub('["\u200b\u200f]', lambda found: f"\\u{ord(found[0]):04x}", text.replace("\\", r"\\"))


def taken_names() -> set[str]:
    """Return the names of the project's own folders and modules, and of the libraries that it needs or imports."""
    own = {path.stem for path in SKELETON.iterdir()}
    libraries = set(LIBRARIES.read_text("utf-8").split())
    modules = set()
    for folder in ("apps", "config", "tests"):
        for path in (SKELETON / folder).rglob("*.py"):
            modules |= set(re.findall(r"^(?:import|from(?= \S+ import)) (\w+)", path.read_text("utf-8"), re.MULTILINE))
    settings = (SKELETON / "config" / "settings" / "base.py").read_text("utf-8")
    modules |= set(re.findall(r'^ +"(\w+)(?:\.[\w.]+)?",$', settings, re.MULTILINE))  # INSTALLED_APPS, MIDDLEWARE
    return own | libraries | {name.removeprefix("django_") for name in libraries} | modules


def left_out(answers: Mapping[str, Any]) -> list[str]:
    """Return the files and folders that a project with `answers` does without, none of them inside another."""
    paths = {PurePosixPath(path) for unwanted, listed in table(answers) if unwanted for path in listed}
    return sorted(str(path) for path in paths if not paths.intersection(path.parents))


def table(answers: Mapping[str, Any]) -> list[tuple[bool, list[str]]]:
    """Return whole files and folders, each list of them after whether `answers` leave it out."""
    api, auth, deploy, ci = (answers[option] for option in ("api", "auth", "deploy", "ci"))
    return [
        (
            "drf" not in api,
            [
                "apps/accounts/api/authentication.py",
                "apps/accounts/api/serializers.py",
                "apps/accounts/api/views.py",
                "apps/api/drf",
                "apps/catalog/api/filters.py",
                "apps/catalog/api/serializers.py",
                "apps/catalog/api/views.py",
                "apps/idempotency/drf.py",
                "apps/oauth2/api/authentication.py",
                "apps/orders/api/filters.py",
                "apps/orders/api/serializers.py",
                "apps/orders/api/views.py",
                "config/api_drf.py",
                "config/settings/drf.py",
                "tests/orders/test_serializers.py",
            ],
        ),
        (
            "ninja" not in api,
            [
                "apps/accounts/api/routes.py",
                "apps/accounts/api/schemas.py",
                "apps/accounts/api/security.py",
                "apps/api/ninja",
                "apps/catalog/api/routes.py",
                "apps/catalog/api/schemas.py",
                "apps/idempotency/ninja.py",
                "apps/oauth2/api/security.py",
                "apps/orders/api/routes.py",
                "apps/orders/api/schemas.py",
                "config/api_ninja.py",
                "tests/orders/test_schemas.py",
                "tools/audit/lookups.py",
            ],
        ),
        (
            "session" not in auth,
            [
                "tests/accounts/test_session.py",
            ],
        ),
        (
            "jwt" not in auth,
            [
                "apps/accounts/tokens.py",
                "tests/accounts/test_jwt.py",
            ],
        ),
        (
            "oauth2" not in auth,
            [
                "apps/oauth2",
                "config/settings/oauth2.py",
                "config/settings/oauth2_provider.py",
                "docs/oauth2.md",
                "tests/oauth2",
            ],
        ),
        (
            not answers["use_celery"],
            [
                "apps/accounts/tasks.py",
                "apps/idempotency/tasks.py",
                "apps/notifications/tasks.py",
                "apps/oauth2/provider/tasks.py",
                "apps/orders/tasks.py",
                "apps/outbox",
                "config/celery.py",
                "config/settings/celery.py",
                "deploy/kubernetes/components",
                "deploy/monitoring/celery.yaml",
                "docs/celery-redis.md",
                "docs/celery.md",
                "tests/accounts/task_examples.py",
                "tests/idempotency",
                "tests/notifications/task_examples.py",
                "tests/oauth2/task_examples.py",
                "tests/orders/task_examples.py",
                "tests/outbox",
                "tests/walks/test_tasks.py",
                "tools/audit/rules/tasks.py",
            ],
        ),
        (
            answers["use_celery"],
            [
                "apps/idempotency/management",
                "apps/notifications/management",
                "tests/notifications/test_command.py",
            ],
        ),
        (
            not answers["use_example"],
            [
                "apps/api/apps.py",
                "apps/api/compiled.py",
                "apps/api/drf/compiled.py",
                "apps/api/ninja/compiled.py",
                "apps/catalog",
                "apps/database/sql.py",
                "apps/demo/catalog.py",
                "apps/demo/orders.py",
                "apps/idempotency",
                "apps/notifications",
                "apps/orders",
                "tests/catalog",
                "tests/idempotency",
                "tests/notifications",
                "tests/orders",
                "tools/load/scenarios/shop.py",
            ],
        ),
        (
            not answers["use_redis"],
            [
                "apps/cache/redis.py",
                "docs/celery-redis.md",
            ],
        ),
        (
            answers["use_redis"],
            [
                "apps/cache/memcached.py",
            ],
        ),
        (
            deploy == "none",
            [
                ".dockerignore",
                "Dockerfile",
                "compose.override.yaml",
                "compose.production.yaml",
                "compose.yaml",
                "deploy/nginx.conf",
                "deploy/rollout",
                "docs/containers.md",
            ],
        ),
        (
            deploy != "kubernetes",
            [
                "deploy/kubernetes",
                "docs/kubernetes.md",
            ],
        ),
        (
            ci != "github",
            [
                ".github",
            ],
        ),
        (
            ci != "gitlab",
            [
                ".gitlab-ci.yml",
                "renovate.json",
            ],
        ),
    ]
