"""The page on clients tells the truth: its commands are run against a server, and its documents are kept and compiled."""

import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from environment import Environment
from options import Variant
from running import clean_environment, run
from suites import run_suite
from test_docs import BLOCK
from workshop import place

LEAN = "use_celery=no,use_redis=no,use_example=no"
PROVIDERS = {
    "SOCIAL_LOGIN_PROVIDERS": "google,github,openid_connect",
    "OPENID_CONNECT_SERVER_URL": "https://id.example.com",
} | {f"{name}_CLIENT_{part}": "x" for name in ("GOOGLE", "GITHUB", "OPENID_CONNECT") for part in ("ID", "SECRET")}


class Site(NamedTuple):
    """A running project."""

    project: Path
    url: str
    email: str
    password: str


@pytest.fixture
def project(functional_baked: Path, tmp_path: Path) -> Path:
    """A copy of the project."""
    project = place(functional_baked, tmp_path / "project")
    shutil.copy(functional_baked / ".env", project)
    return project


@pytest.fixture
def site(project: Path, environment: Environment) -> Iterator[Site]:
    """The project, served with demo data."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command: list[str | Path] = [environment.python, "manage.py", "demo", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=project, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout
        found = next(found for line in server.stdout if (found := re.search(r"Sign in +(\S+) +(\S+)", line)))
        for _ in range(100):
            if (
                run("curl", "--silent", f"http://127.0.0.1:{port}/health/live/", cwd=project, status=None).returncode
                == 0
            ):
                break
            run("sleep", "0.2", cwd=project)
        yield Site(project, f"http://127.0.0.1:{port}", found[1], found[2])
        run("pkill", "--parent", str(server.pid), cwd=project, status=None)
        server.terminate()


@pytest.mark.once_for("auth", where=LEAN)
def test_the_commands_of_the_page_work(functional_variant: Variant, site: Site) -> None:
    page = (site.project / "docs" / "clients.md").read_text("utf-8")
    variables = {"SITE": site.url, "EMAIL": site.email, "PASSWORD": site.password}
    for block in BLOCK.findall(page):
        for command in (line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ curl")):
            run_curl(command, site, variables)
    assert ("ACCESS_TOKEN" in variables) == ("jwt" in dict(functional_variant.answers)["auth"])
    assert ("CSRF_TOKEN" in variables) == ("session" in dict(functional_variant.answers)["auth"])


def run_curl(command: str, site: Site, variables: dict[str, str]) -> None:
    """Run a command of the page with its `variables`, and take those that its answer brings."""
    shown = ["bash", "-euc", f"{command} --silent --write-out '\\n%{{http_code}}'"]
    said = run(*shown, cwd=site.project, env=clean_environment(**variables)).stdout
    body, _, status = said.rpartition("\n")
    assert status == ("401" if "DELETE" in command else "200"), f"{command}\n{said}"  # nobody is signed in any more
    answer = json.loads(body)
    found = {**answer.get("meta", {}), **(answer["data"] if "tokens/refresh" in command else {})}
    variables |= {name.upper(): value for name, value in found.items() if name.endswith("_token")}
    jar = site.project / "cookies.txt"
    if jar.exists() and (token := re.search(r"csrftoken\t(\S+)", jar.read_text("utf-8"))):
        variables["CSRF_TOKEN"] = token[1]


@pytest.mark.once_for("auth", where=LEAN)
def test_the_paths_of_the_page_exist(project: Path, environment: Environment) -> None:
    page = (project / "docs" / "clients.md").read_text("utf-8")
    (below,) = re.findall(r"paths are below\s+`(/_allauth/\w+/v1/)`", page)
    steps = [below + path for path in re.findall(r"`(?:GET|POST) ([\w/-]+)`", page)]
    callbacks = re.findall(r"`https://[\w.]+(/accounts/\S+)`", page)
    pages = re.findall(r"`(/_allauth/\S+?)`", page)
    assert len(steps) > 8
    assert len(callbacks) == 3
    paths = [*steps, *callbacks, *(path for path in pages if not path.endswith("/"))]
    code = f"from django.urls import resolve; [resolve(path) for path in {paths}]"
    env = clean_environment(**PROVIDERS)
    run(environment.python, "manage.py", "shell", "--no-imports", "-c", code, cwd=project, env=env)


def write_documents(project: Path, environment: Environment) -> None:
    """Do what `just openapi` does, without installing anything."""
    recipe = (project / "justfile").read_text("utf-8").partition("\nopenapi:\n")[2].partition("\n\n")[0]
    run("bash", "-ec", recipe.replace("uv run", str(environment.python)), cwd=project)


@pytest.mark.once_for("api", where="use_celery=no,use_example=yes")
def test_a_change_of_the_api_is_found_by_the_document_in_the_repository(
    functional_variant: Variant, project: Path, environment: Environment
) -> None:
    write_documents(project, environment)
    passed, tests, ended = run_suite(project, environment, "--no-cov", "tests/api/test_documents.py")
    assert passed, ended.output
    assert tests

    framework = "serializers" if "drf" in dict(functional_variant.answers)["api"] else "schemas"
    path = project / "apps" / "catalog" / "api" / f"{framework}.py"
    path.write_text(path.read_text("utf-8").replace('["id", "sku", ', '["id", '), "utf-8")

    passed, _, ended = run_suite(project, environment, "--no-cov", "tests/api/test_documents.py")
    assert not passed
    assert "Run `just openapi`, and see in `git diff`" in ended.output


@pytest.mark.once_for("api", where="use_celery=no,use_example=yes")
def test_clients_are_written_from_the_document(project: Path, environment: Environment) -> None:
    write_documents(project, environment)

    run(sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi/v1.json", cwd=project)
    assert [*project.glob("*/*/api/**/orders_create.py")]
    if not shutil.which("npx"):
        pytest.skip("npx is not installed")
    run("npx", "--yes", "openapi-typescript", "openapi/v1.json", "--output", "client.d.ts", cwd=project)
    assert "orders_create" in (project / "client.d.ts").read_text("utf-8")


@pytest.mark.once_for("api", where=LEAN)
def test_the_document_of_accounts_is_served_beside_the_api(site: Site) -> None:
    page = run("curl", "--silent", f"{site.url}/_allauth/openapi.html", cwd=site.project).stdout
    document = json.loads(run("curl", "--silent", f"{site.url}/_allauth/openapi.json", cwd=site.project).stdout)

    assert 'data-schema="openapi.json"' in page
    assert "cdn" not in page
    assert any(path.endswith("/auth/login") for path in document["paths"])
