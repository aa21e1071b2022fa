"""The generated project's audit finds nothing in what is generated, and every fault that is planted there."""

import json
import re
import resource
import shutil
from pathlib import Path
from typing import Any

import pytest

import planted
from baking import CACHE, Bakery, digest, forget_others, once
from environment import Environment
from options import SKELETON, everything
from running import clean_environment, run
from services import postgres_url

VARIANTS = {
    "default": {},
    "everything": dict(everything().answers),
    "ninja without the example": {"api": "ninja", "auth": "jwt", "use_example": "no"},
    "smallest": {"auth": "session", "use_celery": "no", "use_redis": "no", "use_example": "no"},
}
NAIVE = """\
from rest_framework import serializers, viewsets

from apps.orders.models import Order


class NaiveSerializer(serializers.ModelSerializer):
    name = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = ["id", "name"]

    def get_name(self, order):
        return order.customer.name


class Naive(viewsets.ReadOnlyModelViewSet):
    serializer_class = NaiveSerializer
    queryset = Order.objects.none()

    def get_queryset(self):
        return Order.objects.defer("shipping_address").filter(owner=self.request.user)
"""
SAVED_WHOLE = "def change(user):\n    user.name = 'new'\n    user.save()\n"
FAULT = re.compile(r"# fault: ([A-Z0-9_ ]+)")


def audit(project: Path, environment: Environment, *arguments: str) -> Any:
    """Return the report of an audit of ``project`` as JSON."""
    command = ["-m", "tools.audit", "--format=json", *arguments]
    return json.loads(run(environment.python, *command, cwd=project, env=clean_environment(), status=None).stdout)


@pytest.mark.parametrize("answers", VARIANTS.values(), ids=VARIANTS)
def test_nothing_is_found_in_what_is_generated(
    answers: dict[str, str], bake: Bakery, environment: Environment, tmp_path: Path
) -> None:
    project = Path(shutil.copytree(bake(answers), tmp_path / "project"))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = audit(project, environment)
    assert report["findings"] == []
    assert not [line for line in report["unseen"] if "answers 5" in line or "Error" in line]
    assert len(report["samples"]) >= 8
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 30  # seconds, however busy the machine


def expected() -> list[tuple[str, str, str]]:
    """Return the path, the rules and the text of each line with a planted fault."""
    texts = [*planted.FILES.items(), *((path, text) for path, _, text in planted.CHANGES)]
    lines = [(path, line) for path, text in texts for line in text.splitlines()]
    return [(path, match[1].strip(), line) for path, line in lines if (match := FAULT.search(line))]


@pytest.fixture(scope="session")
def planted_project(bake: Bakery, environment: Environment) -> Path:
    """Plant all faults in a project, and return the folder of the project and the report of its audit."""
    name = digest(repr((planted.FILES, planted.CHANGES)).encode(), bake.template.parent.name.encode())

    def build(target: Path) -> None:
        forget_others(target)
        project = Path(shutil.copytree(bake(VARIANTS["everything"]), target / "project"))
        for path, text in planted.FILES.items():
            latest = (project / path).with_name("max_migration.txt")
            name = latest.read_text("utf-8").strip() if latest.exists() else ""
            (project / path).write_text(text.replace("LATEST", name), "utf-8")
        for path, old, new in planted.CHANGES:
            text = (project / path).read_text("utf-8")
            assert old in text, (path, old)
            (project / path).write_text(text.replace(old, new, 1), "utf-8")
        (target / "report.json").write_text(json.dumps(audit(project, environment)), "utf-8")

    return once(CACHE / "audits" / name, build)


@pytest.fixture(scope="session")
def found(planted_project: Path) -> dict[tuple[str, str], set[str]]:
    """Return the rules that the audit reports for the text of each line."""
    rules: dict[tuple[str, str], set[str]] = {}
    for one in json.loads((planted_project / "report.json").read_text("utf-8"))["findings"]:
        lines = (planted_project / "project" / one["path"]).read_text("utf-8").splitlines()
        around = lines[one["line"] - 1 : max(one["line"], one["end"])]
        line = next(filter(FAULT.search, around), around[0])
        rules.setdefault((one["path"], line), set()).add(one["rule"])
    return rules


@pytest.mark.parametrize(("path", "rules", "line"), expected())
def test_a_planted_fault_is_found(path: str, rules: str, line: str, found: dict[tuple[str, str], set[str]]) -> None:
    assert set(rules.split()) <= found.get((path, line), set())


def test_nothing_else_is_found(found: dict[tuple[str, str], set[str]]) -> None:
    faults = {(path, line): set(rules.split()) for path, rules, line in expected()}
    wrong = {place: rules - faults.get(place, set()) for place, rules in found.items()}
    assert {place: rules for place, rules in wrong.items() if rules} == {}


def test_every_rule_is_explained_and_planted(found: dict[tuple[str, str], set[str]]) -> None:
    page = (SKELETON / "docs" / "audit.md").read_text("utf-8")
    sections = dict(re.findall(r"^### (\w{3}\d{3}) (.*?)(?=^##)", f"{page}\n##", re.MULTILINE | re.DOTALL))
    assert [rule for rule, text in sections.items() if not ("bad" in text and "good" in text)] == []
    assert set(sections) - {rule for rules in found.values() for rule in rules} == {"RUN002"}  # below, on PostgreSQL


def test_reports_are_what_their_readers_expect(bake: Bakery, environment: Environment, tmp_path: Path) -> None:
    project, report = Path(shutil.copytree(bake(VARIANTS["smallest"]), tmp_path / "project")), tmp_path / "audit.json"
    (project / "apps/accounts/planted.py").write_text(SAVED_WHOLE, "utf-8")

    def static(*arguments: str, status: int = 1) -> str:
        command = ["-m", "tools.audit", "--static", *arguments]
        return run(environment.python, *command, cwd=project, env=clean_environment(), status=status).stdout

    sarif = json.loads(static("--format=sarif"))
    (ran,) = sarif["runs"]
    assert sarif["version"] == "2.1.0"
    assert {result["ruleId"] for result in ran["results"]} <= {rule["id"] for rule in ran["tool"]["driver"]["rules"]}
    assert all(result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1 for result in ran["results"])
    assert "::warning file=apps/accounts/planted.py,line=" in static("--format=github")
    page = static("--format=html")
    assert "apps/accounts/planted.py" in page
    assert not re.search(r"""(src|href)=["']?(https?:)?//|@import|url\(""", page)
    static("--format=json", f"--output={report}")
    known = static(f"--baseline={report}", status=0)
    assert "No finding in what was exercised" in known
    assert "Not exercised: every page" in known
    assert "apps/accounts/planted.py" in static("--fail-level=error", status=0)
    assert "Not exercised: every page" in static("--settings=missing", "--fail-level=error")
    assert "Not exercised: every page" in static("--settings=missing", "--fail-level=never", status=0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--root=missing"], "No such file or directory: "),
        (["--output=missing/audit.json"], "No such file or directory: "),
        (["--baseline=missing.json"], "argument --baseline: invalid json_report value: 'missing.json'"),
        (["--baseline=pyproject.toml"], "argument --baseline: invalid json_report value: 'pyproject.toml'"),
        (["--changed=missing"], "ambiguous argument"),
        (["--rows=0"], "--rows must be at least 1"),
        (["--user=someone"], "--user needs --database"),
    ],
)
def test_a_bad_argument_is_refused_in_a_line(
    arguments: list[str], message: str, planted_project: Path, environment: Environment
) -> None:
    command = ["-m", "tools.audit", "--static", *arguments]
    done = run(environment.python, *command, cwd=planted_project / "project", env=clean_environment(), status=2)
    assert message in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_only_changed_files_are_reported_with_changed(bake: Bakery, environment: Environment, tmp_path: Path) -> None:
    project = Path(shutil.copytree(bake(VARIANTS["smallest"]), tmp_path / "project"))
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    (project / "apps/accounts/old.py").write_text(SAVED_WHOLE, "utf-8")
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message=Start"]):
        run(*git, *command, cwd=project, env=clean_environment())
    (project / "apps/accounts/new.py").write_text(SAVED_WHOLE, "utf-8")
    kept = "    user.save()  # audit: ignore[QRY004] nobody else changes it"
    (project / "apps/accounts/kept.py").write_text(SAVED_WHOLE.replace("    user.save()", kept), "utf-8")

    def paths(*arguments: str) -> list[str]:
        return [one["path"] for one in audit(project, environment, "--static", *arguments)["findings"]]

    assert paths() == ["apps/accounts/new.py", "apps/accounts/old.py"]
    assert paths("--changed=HEAD") == ["apps/accounts/new.py"]


def with_view(bake: Bakery, folder: Path, code: str) -> Path:
    """Return a project with the view set of ``code``."""
    project = Path(shutil.copytree(bake(VARIANTS["default"]), folder / "project"))
    (project / "apps/orders/naive.py").write_text(code, "utf-8")
    urls = project / "config/api_drf.py"
    text = urls.read_text("utf-8").replace(
        "from apps.orders.", "from apps.orders.naive import Naive\nfrom apps.orders.", 1
    )
    added = 'router.register("naive", Naive, basename="naive")\nurlpatterns ='
    urls.write_text(text.replace("urlpatterns =", added), "utf-8")
    return project


def test_the_rows_of_the_current_database_are_measured_and_kept(
    bake: Bakery, environment: Environment, tmp_path: Path
) -> None:
    project = with_view(bake, tmp_path, NAIVE)
    env = clean_environment(DATABASE_URL=f"sqlite:///{tmp_path}/current.sqlite3")
    make = (
        "from tests.orders.factories import OrderFactory; from tests.factories import UserFactory;"
        "admin = UserFactory.create(is_staff=True, is_superuser=True); OrderFactory.create_batch(6, owner=admin)"
    )
    count = "from django.contrib.sessions.models import Session; print(Session.objects.count())"
    run(environment.python, "manage.py", "migrate", "--verbosity=0", cwd=project, env=env)
    run(environment.python, "manage.py", "shell", "--command", make, cwd=project, env=env)
    command = ["-m", "tools.audit", "--format=json", "--database"]
    report = json.loads(run(environment.python, *command, cwd=project, env=env, status=1).stdout)
    (found,) = [one for one in report["findings"] if one["rule"].startswith("RUN")]
    assert (found["rule"], found["path"], found["code"]) == (
        "RUN001",
        "apps/orders/naive.py",
        "return order.customer.name",
    )
    assert 'select_related("customer")' in found["detail"]
    assert (
        run(environment.python, "manage.py", "shell", "--command", count, cwd=project, env=env).stdout.split()[-1]
        == "0"
    )


def test_a_condition_without_an_index_is_found_on_postgresql(
    bake: Bakery, environment: Environment, tmp_path: Path
) -> None:
    conditions = 'filter(confirmation_sent_at=None, shipping_address="x")'
    whole = NAIVE.replace("    queryset =", "    pagination_class = None\n    queryset =")
    project = with_view(bake, tmp_path, whole.replace("filter(owner=self.request.user)", conditions))
    env = clean_environment(DATABASE_URL=postgres_url(environment, "audit"))
    found = json.loads(
        run(environment.python, "-m", "tools.audit", "--format=json", cwd=project, env=env, status=None).stdout
    )
    assert [one["rule"] for one in found["findings"] if "shipping_address" in one["detail"] and one["sql"]] == [
        "RUN002"
    ]
